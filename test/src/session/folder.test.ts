import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { storeDigest } from '../../../src/session/digest.ts';
import { openKept, sessionFile } from '../../../src/session/folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const beginning = () => ({ version: '0', seed: 1, startTime: EPOCH });

it('goes on where it was, and goes on being kept', () => {
  const first = openKept(folder, 'a/b', beginning);
  first.session.enter({ kind: 'shell', shell: 1, does: 'open' });
  first.session.advance(durationMs(1000));
  first.session.enter({ kind: 'line', shell: 1, line: 'kubectl create configmap a' });
  first.session.advance(durationMs(3000));
  first.session.enter({ kind: 'end' });
  first.close();
  const second = openKept(folder, 'a/b', beginning);
  expect(second).toMatchObject({ resumed: true, dropped: undefined, unkept: undefined });
  expect(storeDigest(second.session.cluster())).toBe(storeDigest(first.session.cluster()));
  second.session.enter({ kind: 'line', shell: 1, line: 'kubectl create configmap b' });
  second.close();
  const third = openKept(folder, 'a/b', beginning);
  expect(third.session.inputs()).toHaveLength(4);
  third.close();
});

it('has one writer at a time, and forgets writers that died', () => {
  const first = openKept(folder, 'play', beginning);
  expect(openKept(folder, 'play', beginning).unkept).toMatch('another k8s-learn has it open');
  first.close();
  writeFileSync(`${sessionFile(folder, 'play')}.lock`, '999999999');
  expect(openKept(folder, 'play', beginning).unkept).toBeUndefined();
});

it('puts a damaged record aside and says so', () => {
  mkdirSync(join(folder, 'sessions'));
  writeFileSync(sessionFile(folder, 'play'), '\0\0\0');
  expect(openKept(folder, 'play', beginning).dropped).toMatch('put aside');
  expect(existsSync(`${sessionFile(folder, 'play')}.damaged`)).toBe(true);
});

it('goes on without a record where none can be written, and says so', () => {
  writeFileSync(join(folder, 'sessions'), 'a file where the folder should be');
  const kept = openKept(folder, 'play', beginning);
  expect(kept.unkept).toBeDefined();
  kept.session.enter({ kind: 'end' });
});
