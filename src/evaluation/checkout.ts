/** Where the material of evaluation lies. It is not part of an installed package: measuring needs a checkout. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { badInput } from '../diagnostic.ts';

const root = new URL('../../', import.meta.url);

/**
 * Absolute path of a file or folder of the checkout.
 * @throws Refusal `evaluation-needs-checkout` (exit 2)
 */
export function inCheckout(path: string): string {
  const full = fileURLToPath(new URL(path, root));
  if (!existsSync(full)) {
    throw badInput('evaluation-needs-checkout', `${full} is missing`, 'Evaluate from a checkout of the repository: the package carries neither the golden scenarios nor the clusters of the suites.', { object: path });
  }
  return full;
}
