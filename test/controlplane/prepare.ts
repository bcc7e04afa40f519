/** `node test/controlplane/prepare.ts`: builds, or finds, every control plane that tests ask for, so that no test waits for a build. */
import { allParts, binaries, serverParts } from './binaries.ts';
import { chosen, newest, oldest } from './versions.ts';

await binaries(chosen(), allParts);
// Shipped clusters need their very versions, but no controllers.
for (const version of [newest, oldest]) await binaries(version, serverParts, true);
