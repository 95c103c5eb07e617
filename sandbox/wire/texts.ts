// What kinds, fields and parameters are for, in the words of the API's own documentation: a file that the build lays beside
// the bundle. Without it, everything works and nothing is described.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { type DocumentationTexts, documentation } from '../schema/documentation.ts';

const FILE = 'docs.json.br';
/** How far above this module the folder may lie: it runs from the bundle, a chunk of it, or the sources. */
const LEVELS = 4;

/** Read when somebody asks for a text. */
export const builtDocumentation = documentation(() => {
  const file = placesAbove(dirname(fileURLToPath(import.meta.url))).find((path) => existsSync(path));
  if (file === undefined) return {};
  return JSON.parse(brotliDecompressSync(readFileSync(file)).toString('utf8')) as DocumentationTexts;
});

function placesAbove(folder: string, levels = LEVELS): readonly string[] {
  const here = [join(folder, FILE), join(folder, 'dist', FILE)];
  return levels === 0 ? here : [...here, ...placesAbove(dirname(folder), levels - 1)];
}
