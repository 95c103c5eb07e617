// A disk that is full: what was there stays as it was, what can't be kept is said, and the lesson goes on.

import type * as fs from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { writeWhole } from '../../../src/host/disk.ts';
import { withLesson } from '../../../src/progress/progress.ts';
import { openProgress } from '../../../src/progress/store.ts';
import { storeDigest } from '../../../src/session/digest.ts';
import { draftOf, openKept, sessionFile } from '../../../src/session/folder.ts';

/** Bytes that the disk still takes. */
const disk = vi.hoisted(() => {
  // Another file's tests may have loaded what is tested here, with the real disk.
  vi.resetModules();
  return { room: Number.POSITIVE_INFINITY };
});

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const writeSync = (fd: number, bytes: Uint8Array, at = 0): number => {
    const n = Math.min(disk.room, bytes.length - at);
    disk.room -= n;
    if (n === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { syscall: 'write' });
    return real.writeSync(fd, bytes, at, n);
  };
  return { ...real, writeSync };
});

afterAll(() => vi.resetModules());

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
});
afterEach(() => {
  disk.room = Number.POSITIVE_INFINITY;
  rmSync(folder, { recursive: true });
});

describe('a file', () => {
  it('is the old one, whole, however little there was room for', () => {
    const file = join(folder, 'a.json');
    writeWhole(file, 'old');
    for (const room of [0, 1, 5]) {
      disk.room = room;
      expect(() => writeWhole(file, 'newer one')).toThrow('no space left');
      expect(readFileSync(file, 'utf8')).toBe('old');
      expect(readdirSync(folder)).toEqual(['a.json']);
    }
  });
});

describe('the progress on a full disk', () => {
  const finish = (id: string) => (all: Parameters<typeof withLesson>[0]) => withLesson(all, id, 1000, true, {});

  it('stays as it was, says so once, and is written as soon as there is room, with what others wrote', () => {
    const store = openProgress(folder);
    store.update(finish('a'));
    for (const room of [0, 3, 40]) {
      disk.room = room;
      expect(Object.keys(store.update(finish(`b${room}`)).lessons)).toContain(`b${room}`);
      expect(readdirSync(folder)).toEqual(['progress.json']);
    }
    expect(store.kept()).toBe(false);
    expect(store.notices()).toMatchObject([{ key: 'progress.unwritable' }]);
    disk.room = Number.POSITIVE_INFINITY;
    openProgress(folder).update(finish('other'));
    store.update(finish('c'));
    expect(store.kept()).toBe(true);
    expect(Object.keys(openProgress(folder).read().lessons).sort()).toEqual(['a', 'b0', 'b3', 'b40', 'c', 'other']);
  });
});

describe('a session on a full disk', () => {
  const begin = () => draftOf({ version: '0', seed: 1, startTime: EPOCH });

  it('goes on; its record ends with the last input that was written, and that is said', () => {
    const kept = openKept(folder, 'play', begin);
    const put = (line: string): void => {
      kept.session.enter({ kind: 'line', shell: 1, line });
      kept.session.advance(durationMs(3000));
    };
    kept.session.enter({ kind: 'shell', shell: 1, does: 'open' });
    kept.session.advance(durationMs(1000));
    put('kubectl create configmap a');
    expect(kept.unkept).toBeUndefined();
    const text = readFileSync(kept.file, 'utf8');
    const before = storeDigest(kept.session.cluster());
    disk.room = 20;
    put('kubectl create configmap b');
    disk.room = Number.POSITIVE_INFINITY;
    put('kubectl create configmap c');
    expect(kept.unkept).toMatchObject({ key: 'session.stopped' });
    expect(readFileSync(kept.file, 'utf8')).toBe(text);
    kept.close();
    const again = openKept(folder, 'play', begin);
    expect(again.dropped).toBeUndefined();
    again.session.advance(durationMs(3000));
    expect(storeDigest(again.session.cluster())).toBe(before);
    again.close();
  });

  it('begins without a record, and without a lock left behind', () => {
    for (const room of [0, 3, 10]) {
      disk.room = room;
      const kept = openKept(folder, 'play', begin);
      expect(kept.unkept).toMatchObject({ key: 'session.unwritable' });
      kept.session.enter({ kind: 'end' });
      kept.close();
    }
    expect(readdirSync(join(folder, 'sessions'))).toEqual([]);
  });
});

it('a lock with our own number, left by a program before us, is taken over', () => {
  const begin = () => draftOf({ version: '0', seed: 1, startTime: EPOCH });
  openKept(folder, 'play', begin).close();
  writeFileSync(`${sessionFile(folder, 'play')}.lock`, String(process.pid));
  const kept = openKept(folder, 'play', begin);
  expect(kept.unkept).toBeUndefined();
  kept.close();
  const store = openProgress(folder);
  writeFileSync(join(folder, 'progress.lock'), String(process.pid));
  store.update((progress) => withLesson(progress, 'a', 1000, true, {}));
  expect(store.kept()).toBe(true);
});
