/**
 * Captures the shipped snapshots from a real control plane: `node test/controlplane/capture.ts [NAME…]` raises each
 * cluster of `clusters/` and writes `snapshots/NAME.json.br`.
 */
import { join } from 'node:path';
import { captureSnapshot } from '../../src/snapshot/capture.ts';
import { clusterClient } from '../../src/snapshot/client.ts';
import { saveSnapshot } from '../../src/snapshot/file.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import { clusterNames, raise } from './clusters.ts';
import type { ControlPlane } from './controlplane.ts';

/** What `kubesynth snapshot` does, against a test's control plane. */
export async function snapshotOf(plane: ControlPlane, notes: string[] = []): Promise<Snapshot> {
  const client = clusterClient(loadKubeconfig(plane.kubeconfigPath));
  try { return await captureSnapshot(client, notes); } finally { client.close(); }
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  for (const name of names.length ? names : clusterNames()) {
    const plane = await raise(name);
    try {
      const path = join(import.meta.dirname, '..', '..', 'snapshots', `${name}.json.br`);
      const bytes = saveSnapshot(path, await snapshotOf(plane, plane.notes));
      process.stderr.write(`${name}: Kubernetes ${plane.version}, ${bytes} bytes\n`);
    } finally { await plane.stop(); }
  }
}
