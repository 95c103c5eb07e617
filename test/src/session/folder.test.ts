import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { storeDigest } from '../../../src/session/digest.ts';
import { draftOf, openKept, sessionFile } from '../../../src/session/folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const begin = () => draftOf({ version: '0', seed: 1, startTime: EPOCH });

it('goes on where it was, and goes on being kept', () => {
  const first = openKept(folder, 'a/b', begin);
  first.session.enter({ kind: 'shell', shell: 1, does: 'open' });
  first.session.advance(durationMs(1000));
  first.session.enter({ kind: 'line', shell: 1, line: 'kubectl create configmap a' });
  first.session.advance(durationMs(3000));
  first.session.enter({ kind: 'end' });
  first.close();
  const second = openKept(folder, 'a/b', begin);
  expect(second).toMatchObject({ resumed: true, dropped: undefined, unkept: undefined });
  expect(storeDigest(second.session.cluster())).toBe(storeDigest(first.session.cluster()));
  second.session.enter({ kind: 'line', shell: 1, line: 'kubectl create configmap b' });
  second.close();
  const third = openKept(folder, 'a/b', begin);
  expect(third.session.inputs()).toHaveLength(4);
  third.close();
});

it('has one writer at a time, and forgets writers that died', () => {
  const first = openKept(folder, 'play', begin);
  expect(openKept(folder, 'play', begin).unkept).toMatchObject({ key: 'session.busy' });
  first.close();
  writeFileSync(`${sessionFile(folder, 'play')}.lock`, '999999999');
  expect(openKept(folder, 'play', begin).unkept).toBeUndefined();
});

it('keeps a session that had begun before it was wanted', () => {
  const draft = begin();
  draft.session.enter({ kind: 'shell', shell: 1, does: 'open' });
  draft.session.advance(durationMs(1000));
  const kept = openKept(folder, 'a', () => draft);
  kept.session.enter({ kind: 'line', shell: 1, line: 'kubectl create configmap a' });
  kept.session.settle();
  kept.close();
  const again = openKept(folder, 'a', begin);
  expect(storeDigest(again.session.cluster())).toBe(storeDigest(kept.session.cluster()));
  again.close();
});

it('puts a damaged record aside and says so', () => {
  mkdirSync(join(folder, 'sessions'));
  writeFileSync(sessionFile(folder, 'play'), '\0\0\0');
  expect(openKept(folder, 'play', begin).dropped).toMatchObject({ key: 'session.damaged' });
  expect(existsSync(`${sessionFile(folder, 'play')}.damaged`)).toBe(true);
});

it('goes on without a record where none can be written, and says so', () => {
  writeFileSync(join(folder, 'sessions'), 'a file where the folder should be');
  const kept = openKept(folder, 'play', begin);
  expect(kept.unkept).toBeDefined();
  kept.session.enter({ kind: 'end' });
});
