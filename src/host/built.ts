// Files that the build makes and lays beside the bundle. From sources there are none.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What a built file says. Undefined where there is none, or where this Node can't read what another one wrote: whoever
 * asks makes it anew.
 */
export function readBuilt<T>(name: string, read: (bytes: Buffer) => T): T | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  const file = [here, dirname(here)].map((folder) => join(folder, name)).find((path) => existsSync(path));
  try {
    return file === undefined ? undefined : read(readFileSync(file));
  } catch {
    return undefined;
  }
}
