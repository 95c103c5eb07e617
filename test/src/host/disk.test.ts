import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive, makeFolder, writeWhole } from '../../../src/host/disk.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('folders are made one below the other, private to their owner', () => {
  makeFolder(join(folder, 'a', 'b'));
  makeFolder(join(folder, 'a', 'b'));
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
});

it('no folder is made below a file', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, 'file', 'a', 'b'))).toThrow('ENOTDIR');
});

it.skipIf(!existsSync('/proc/version'))('below /proc there is an error, and an end', () => {
  expect(() => makeFolder('/proc/k8s-learn/a')).toThrow('ENOENT');
});

it('a file is written whole, and nothing is left beside it', () => {
  const file = join(folder, 'a', 'file');
  writeWhole(file, 'one');
  writeWhole(file, 'two');
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'a'))).toEqual(['file']);
});

it('tells processes that run from others', () => {
  expect([process.pid, 999_999_999, 0, -1, Number.NaN].map(isAlive)).toEqual([true, false, false, false, false]);
});
