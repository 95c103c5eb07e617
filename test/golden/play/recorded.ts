// The recordings that are kept in the repository.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The text of a file under test/golden/recorded. */
export function recordedFile(name: string): string {
  return readFileSync(join(recordedFolder(), name), 'utf8');
}

/** Where the recordings are, from any folder of the repository. */
export function recordedFolder(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const recorded = join(folder, 'test', 'golden', 'recorded');
    if (existsSync(recorded)) return recorded;
    if (dirname(folder) === folder) throw new Error('test/golden/recorded is not to be found from here');
  }
}
