// The list of cases that pass: it can only grow.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export function readPassing(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set();
  const lines = readFileSync(file, 'utf8').split('\n');
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
}

/** Adds ids to the list, sorted; returns how many are new. */
export function addPassing(file: string, ids: readonly string[]): number {
  const known = readPassing(file);
  const all = [...new Set([...known, ...ids])].sort();
  writeFileSync(file, `${HEADER}\n${all.join('\n')}${all.length === 0 ? '' : '\n'}`);
  return all.length - known.size;
}

const HEADER = '# Recorded cases that pass. `npm run golden -- --record PATH...` adds to them; none is ever taken out.';
