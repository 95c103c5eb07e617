import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { say } from '../../../src/i18n/say.ts';
import { withLesson } from '../../../src/progress/progress.ts';
import { openProgress } from '../../../src/progress/store.ts';

describe('the progress', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = (): string => join(folder, 'data', 'progress.json');
  const store = () => openProgress(join(folder, 'data'));
  const finish = (id: string) => store().update((progress) => withLesson(progress, id, 1000, true, {}));

  it('is kept privately, and read again', () => {
    finish('a');
    expect(store().read().lessons['a']?.state).toBe('done');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'data'))).toEqual(['progress.json']);
  });

  it('keeps what another program wrote meanwhile', () => {
    const [one, two] = [store(), store()];
    one.update((progress) => withLesson(progress, 'a', 1, true, {}));
    two.update((progress) => withLesson(progress, 'b', 2, false, {}));
    expect(Object.keys(one.read().lessons)).toEqual(['a', 'b']);
  });

  it('stays done when a lesson is begun again', () => {
    finish('a');
    const next = store().update((progress) => withLesson(progress, 'a', 2000, false, {}));
    expect(next.lessons['a']).toMatchObject({ state: 'done', times: 1, first: 1000, last: 2000 });
  });

  it('takes over a lock whose program is gone', () => {
    finish('a');
    writeFileSync(join(folder, 'data', 'progress.lock'), '999999999');
    finish('b');
    expect(Object.keys(store().read().lessons)).toEqual(['a', 'b']);
  });

  it('is neither taken from who writes it nor waited for without end when the clock goes back', () => {
    finish('a');
    let [time, waits] = [Date.now(), 0];
    const back = openProgress(
      join(folder, 'data'),
      () => time,
      () => {
        waits++;
        time -= 60_000;
      },
    );
    const lock = join(folder, 'data', 'progress.lock');
    writeFileSync(lock, String(process.ppid));
    back.update((progress) => withLesson(progress, 'b', time, true, {}));
    expect(back.notices()).toMatchObject([{ key: 'progress.busy' }]);
    expect([readFileSync(lock, 'utf8'), waits < 1000]).toEqual([String(process.ppid), true]);
    rmSync(lock);
    back.update((progress) => withLesson(progress, 'c', time, true, {}));
    expect(Object.keys(store().read().lessons)).toEqual(['a', 'b', 'c']);
  });

  it('is put aside when it is damaged, and that is said', () => {
    finish('a');
    writeFileSync(file(), '{"version":1,"less');
    const opened = store();
    expect(opened.read().lessons).toEqual({});
    expect(opened.notices().map((words) => say(words, 'en'))).toEqual([expect.stringContaining('was put aside')]);
    const [aside = ''] = readdirSync(join(folder, 'data')).filter((name) => name.includes('damaged'));
    expect(readFileSync(join(folder, 'data', aside), 'utf8')).toBe('{"version":1,"less');
  });

  it('is migrated from an older version', () => {
    finish('a');
    writeFileSync(file(), JSON.stringify({ version: 0, done: ['x'] }));
    expect(store().read().lessons['x']?.state).toBe('done');
  });

  it('is left alone when a newer program wrote it', () => {
    finish('a');
    writeFileSync(file(), JSON.stringify({ version: 99 }));
    expect(() => store().read()).toThrow();
    expect(() => finish('b')).toThrow();
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ version: 99 });
  });

  it('goes on in memory where nothing can be written, and says so once', () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be');
    const opened = store();
    opened.update((progress) => withLesson(progress, 'a', 1, true, {}));
    opened.update((progress) => withLesson(progress, 'b', 1, true, {}));
    expect(Object.keys(opened.read().lessons)).toEqual(['a', 'b']);
    expect(opened.notices()).toHaveLength(1);
    chmodSync(join(folder, 'data'), 0o600);
  });
});
