import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const FOLDER = new URL('../../../sandbox/machine/images/learn/', import.meta.url);

test('what the simulator has of the teaching images is what stands in their YAML', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) {
    const made = JSON.parse(readFileSync(new URL(name.replace(/yaml$/, 'json'), FOLDER), 'utf8'));
    expect(made, `${name}: run node scripts/images.mjs`).toEqual(parse(readFileSync(new URL(name, FOLDER), 'utf8')));
  }
});
