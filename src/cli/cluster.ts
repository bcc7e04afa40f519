/** The cluster a command is about: a saved snapshot, or the live one that the kubeconfig names. */
import { existsSync } from 'node:fs';
import { captureSnapshot } from '../snapshot/capture.ts';
import { clusterClient } from '../snapshot/client.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { defaultKubeconfigPath, loadKubeconfig } from '../snapshot/kubeconfig.ts';
import type { ClusterAccess } from '../snapshot/kubeconfig.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { Cluster } from '../synthesis/synthesise.ts';
import { badInput } from '../diagnostic.ts';
import { serverDryRun } from './dry-run.ts';
import type { Options } from './options.ts';

export type { Cluster };

/** @throws Refusal of the snapshot stage (exit 2) */
export async function openCluster(options: Options): Promise<Cluster> {
  const began = performance.now();
  if (options.snapshot !== undefined) {
    return { snapshot: loadSnapshot(options.snapshot), namespace: options.namespace ?? 'default', snapshotMs: performance.now() - began };
  }
  const access = accessOf(options);
  const snapshot = await captureLive(access);
  return {
    snapshot, namespace: options.namespace ?? access.namespace, snapshotMs: performance.now() - began,
    dryRun: graph => serverDryRun(access, snapshot, graph),
  };
}

/** @throws Refusal `no-cluster` and those of the kubeconfig (exit 2) */
export function accessOf(options: Options): ClusterAccess {
  const path = options.kubeconfig ?? defaultKubeconfigPath(process.env);
  if (options.kubeconfig === undefined && process.env['KUBECONFIG'] === undefined && !existsSync(path)) {
    throw badInput('no-cluster', `neither --snapshot nor a kubeconfig is given, and there is no ${path}`, 'Give a saved snapshot by --snapshot, or a cluster by --kubeconfig.');
  }
  return loadKubeconfig(path, options.context);
}

export async function captureLive(access: ClusterAccess): Promise<Snapshot> {
  const client = clusterClient(access);
  try { return await captureSnapshot(client); } finally { client.close(); }
}
