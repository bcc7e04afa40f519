/** The playbook with further folders beside it, as `--add` names them. */
import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { badInput } from '../diagnostic.ts';

/** Folders of added examples begin so: after the playbook's own, since the order of files is the order in which list items are appended. */
export const ADDED = 'z-added-';

/** The playbook itself, or a copy of it with the added folders beside its own. @throws Refusal `input-unreadable` (exit 2) */
export function joinedPlaybook(playbook: string, added: readonly string[], copy?: string): string {
  for (const dir of [playbook, ...added]) {
    if (!existsSync(dir) || !statSync(dir).isDirectory()) throw badInput('input-unreadable', `there is no playbook folder ${dir}`, 'Name a folder of examples; playbook/README.md describes them.', { object: dir });
  }
  if (!added.length) return playbook;
  copy ??= join(mkdtempSync(join(tmpdir(), 'kubesynth-playbook-')), 'playbook');
  rmSync(copy, { recursive: true, force: true });
  cpSync(playbook, copy, { recursive: true });
  for (const [i, dir] of added.entries()) cpSync(dir, join(copy, `${ADDED}${i}`), { recursive: true });
  return copy;
}
