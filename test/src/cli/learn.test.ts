import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lessonNamed, openCourse, progressOf } from '../../../src/cli/course.ts';
import { learnPlain } from '../../../src/cli/learn.ts';
import { globalOptions } from '../../../src/cli/options.ts';

/** The first lesson by typing, with a mistake on the way. */
const LINES = [
  'predict 2',
  'kubectl run hello --image=learn/helo:1.0',
  'skip 10s',
  'hint',
  'kubectl delete pod hello',
  'kubectl run hello --image=learn/hello:1.0',
  'next',
  'kubectl exec hello -- wget -qO- localhost:8080',
  'answer version 1.0',
  'next',
  'predict 1',
  'kubectl delete pod hello',
  'skip 6s',
  'kubectl run hello --image=learn/hello:1.0',
  'next',
  'kubectl run web --image=learn/hello:9.9',
  'skip',
  'next',
];
const REST = ['kubectl set image pod/web web=learn/hello:1.0', 'skip'];

describe('k8s-learn learn --plain', () => {
  let dataDir = '';
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  const play = async (lang: string, lines: readonly string[], own = {}, folder = dataDir) => {
    const options = globalOptions({ lang, dataDir: folder, seed: '1' }, {});
    let output = '';
    let told = '';
    const status = await learnPlain(lessonNamed(openCourse(), '1.1'), own, options, {
      lines: (async function* () {
        yield* lines;
      })(),
      echo: true,
      out: (text) => {
        output += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      },
      err: (text) => {
        told += text;
      },
    });
    const [done] = Object.values(progressOf(options).read().lessons);
    return { status, output, told, state: done?.state };
  };

  it('breaks rows between words on a terminal, and drops the line that Ctrl-C interrupts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
    const options = globalOptions({ lang: 'en', dataDir: folder, seed: '1' }, {});
    let output = '';
    let interrupt: (() => void) | undefined;
    await learnPlain(lessonNamed(openCourse(), '1.1'), {}, options, {
      lines: (async function* () {
        yield 'echo "never';
        interrupt?.();
        yield 'echo so it goes on';
      })(),
      echo: false,
      out: (text) => {
        output += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      },
      err() {},
      columns: () => 50,
      onInterrupt(listener) {
        interrupt = listener;
        return () => {
          interrupt = undefined;
        };
      },
    });
    expect(output).toContain('so it goes on');
    expect(interrupt).toBeUndefined();
    for (const row of output.split('\n')) expect(row.startsWith('    $ ') ? 0 : row.length).toBeLessThanOrEqual(50);
    rmSync(folder, { recursive: true, force: true });
  });

  it('plays the first lesson in English, is left and gone on with, and ends done', { timeout: 240_000 }, async () => {
    const first = await play('en', LINES);
    expect(first.output).toContain('done: a Pod named hello is Ready');
    expect(first.output).toContain('? The node could not fetch that image.');
    expect(first.output).toContain(
      'You predicted "make a new hello, after a moment". In fact: nothing; hello stays away.',
    );
    expect(first.output.indexOf('What will the cluster do?')).toBeLessThan(first.output.indexOf('It stays away.'));
    expect(first.output).toContain('done: web could not be started');
    expect(first).toMatchObject({ status: 1, state: 'begun' });
    const second = await play('en', REST);
    expect(second.output).toContain('step 5/5');
    expect(second.output).toContain('All goals hold. The lesson is done.');
    expect(second.output).toContain('What to take with you');
    expect(second).toMatchObject({ status: 0, state: 'done' });
  });

  it('plays it in Japanese', { timeout: 240_000 }, async () => {
    const { output, status } = await play('ja', [...LINES, ...REST], { restart: true });
    expect(output).toContain('達成: Pod hello が Ready');
    expect(output).toContain('? ノードがそのイメージを取得できませんでした。');
    expect(output).toContain('すべてのゴールを達成しました。このレッスンは修了です。');
    expect(status).toBe(0);
  });

  it('that was left by `exit` goes on in another shell', { timeout: 240_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
    await play('en', ['kubectl create configmap note', 'exit'], {}, folder);
    const again = await play('en', ['kubectl get configmap note -o name', 'echo still here'], {}, folder);
    expect(again.output).toContain('configmap/note');
    expect(again.output).toContain('\nstill here');
    rmSync(folder, { recursive: true });
  });

  it('takes back what was done, with what was seen', { timeout: 240_000 }, async () => {
    const lines = ['kubectl run hello --image=learn/hello:1.0', 'goals', 'undo', 'goals'];
    const { output } = await play('en', lines, { restart: true });
    expect(output).toContain('● a Pod named hello is Ready');
    expect(output.slice(output.indexOf('undone'))).toContain('○ a Pod named hello is Ready');
  });

  it('does not say that anything is kept where nothing can be written', { timeout: 240_000 }, async () => {
    writeFileSync(join(dataDir, 'file'), '');
    const { output, told } = await play('en', ['kubectl get nodes -o name'], {}, join(dataDir, 'file'));
    expect(output).toContain('node/worker-1');
    expect(told).toContain('The session cannot be written');
    expect(told).not.toContain('is kept');
    const kept = await play('en', ['kubectl get nodes -o name'], { restart: true });
    expect(kept.told).toBe('Your progress is kept. `k8s-learn learn 01-first-steps/01-first-pod` goes on.\n');
  });

  it('says where a command begins that never ends, and runs nothing of it', { timeout: 240_000 }, async () => {
    const lines = ['kubectl create configmap kept', "echo 'never", 'kubectl create configmap lost', 'hint'];
    await expect(play('en', lines, { restart: true })).rejects.toMatchObject({
      status: 2,
      message: "k8s-learn learn: line 2: this command never ends: echo 'never",
      why: expect.stringContaining('The 2 lines behind it were taken for a part of it.'),
      next: expect.stringContaining('what was done before is kept'),
    });
    const { output } = await play('en', ['kubectl get configmap -o name']);
    expect(output).toContain('configmap/kept');
    expect(output).not.toContain('configmap/lost');
  });

  it('takes commands of several lines, and refuses what goes on for ever', { timeout: 240_000 }, async () => {
    const here = ['cat <<EOF', 'check', 'EOF', 'echo after'];
    const { output } = await play('en', here, { restart: true });
    expect(output).toContain('~ $ cat <<EOF\n> check\n> EOF\ncheck\r\n~ $ echo after\nafter\r\n');
    const endless = ['cat <<EOF', ...Array.from({ length: 400 }, () => 'x'.repeat(1000))];
    await expect(play('en', endless)).rejects.toThrow('line 1: this command never ends');
  });

  it('begins at a later step, with what belongs to the earlier ones done', { timeout: 240_000 }, async () => {
    const { output } = await play('en', ['goals', 'kubectl get pods'], { restart: true, step: '3' });
    expect(output).toContain('step 3/5');
    expect(output).toContain('● a Pod named hello is Ready');
    await expect(play('en', [], { step: '9' })).rejects.toThrow('--step 9: there is no such step');
  });
});
