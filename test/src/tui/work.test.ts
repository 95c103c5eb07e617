import stringWidth from 'fast-string-width';
import { afterEach, describe, expect, it } from 'vitest';
import { bindingsOf } from '../../../src/tui/bindings.ts';
import { openStage, type Stage } from './stage.ts';

const FIRST_POD = '01-first-steps/01-first-pod';
const open: Stage[] = [];

afterEach(() => {
  for (const stage of open.splice(0)) stage.work.close();
});

async function stageOf(lesson?: string, columns = 80, rows = 24): Promise<Stage> {
  const stage = await openStage(lesson, { columns, rows });
  open.push(stage);
  return stage;
}

const seen = (stage: Stage): string => stage.screen().join('\n');

describe('the desk', () => {
  it('nothing that is written at the prompt enters the session before Enter', async () => {
    const stage = await stageOf();
    const before = stage.session.inputs().length;
    await stage.type('kubectl get no\t\x1b[D\x17\x19');
    expect(stage.session.inputs()).toHaveLength(before);
    expect(seen(stage)).toContain('~ $ kubectl get nodes');
  });

  it('time stands still while something lies over it', async () => {
    const stage = await stageOf();
    await stage.type('\x1b');
    const then = stage.session.now();
    await stage.pass(5000);
    expect(stage.session.now()).toBe(then);
    expect(seen(stage)).toContain('paused');
    await stage.type('\x1b');
    await stage.pass(1000);
    expect(stage.session.now()).toBeGreaterThan(then);
  });

  it('time goes ten times as fast, and stops, at a letter of the menu', async () => {
    const stage = await stageOf();
    await stage.type('\x1b');
    await stage.type('x');
    const then = stage.session.now();
    await stage.pass(1000);
    expect(stage.session.now() - then).toBeGreaterThanOrEqual(9000);
    expect(seen(stage)).toContain('x10');
    await stage.type('\x1b');
    await stage.type('p');
    const stopped = stage.session.now();
    await stage.pass(1000);
    expect(stage.session.now()).toBe(stopped);
    expect(seen(stage)).toContain('paused');
    await stage.type('\x1b');
    await stage.type('p');
    expect(seen(stage)).toContain('x10');
  });

  it('copies what the last command said, as lines, and nothing else', async () => {
    const stage = await stageOf();
    await stage.line('copy');
    expect(seen(stage)).toContain('no output to copy yet');
    await stage.line(`echo one; printf %0100d 7; echo; echo 日本`);
    await stage.type('half a li');
    await stage.type('\x1by');
    await stage.type('\x1b');
    await stage.type('y');
    const output = `one\n${'0'.repeat(99)}7\n日本\n`;
    expect(stage.clipboard()).toBe(output);
    expect(seen(stage)).toContain('3 lines are on the clipboard');
    await stage.type('\x03');
    await stage.line('copy');
    expect(stage.clipboard()).toBe(output);
  });

  it('changes the language in the middle of a lesson, with the teacher', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.type('\x1bL');
    expect(seen(stage)).toContain('はじめての Pod  ステップ 1/5');
    await stage.line('hint');
    expect(seen(stage)).toContain('ヒント');
    await stage.type('\x1b');
    expect(seen(stage)).toContain('L  English');
  });

  it('has the keys that the settings say, and shows them', async () => {
    const bindings = bindingsOf({ menu: 'C-o', insert: 'j', check: 'F3' });
    const stage = await openStage(FIRST_POD, { columns: 80, rows: 24 }, 'en', bindings);
    open.push(stage);
    await stage.type('2');
    await stage.type('\x1bOR');
    expect(seen(stage)).toContain('expected');
    await stage.type('\x0f');
    expect(seen(stage)).toContain('j  put the offered command in');
    await stage.type('j');
    expect(seen(stage)).toContain('~ $ kubectl get nodes');
  });

  it('names the key that leads to another shell also while something runs', async () => {
    const stage = await stageOf();
    await stage.type('\x1b+');
    expect(seen(stage)).toContain('│ 1 (Esc 1)');
    await stage.line('sleep 100');
    expect(seen(stage)).toContain('│ 1 (Ctrl-] 1)');
  });

  it('names the key that opens the story where there is no room for it', async () => {
    const stage = await stageOf(FIRST_POD, 60, 18);
    await stage.type('2');
    expect(seen(stage)).toContain('Esc s story');
  });

  it('says how to leave vi', async () => {
    const stage = await stageOf();
    await stage.line('kubectl create configmap a');
    await stage.line('kubectl edit configmap a');
    expect(seen(stage)).toContain('Esc :wq Enter keeps it');
    await stage.type('\x1b');
    await stage.line(':q!');
    expect(seen(stage)).not.toContain(':wq');
  });

  it('undo puts everything back, and says so above the prompt', async () => {
    const stage = await stageOf();
    await stage.line('kubectl create configmap a');
    await stage.line('undo');
    await stage.line('kubectl get configmap a');
    expect(seen(stage)).toContain('── undone: kubectl create configmap a');
    expect(seen(stage)).toContain('configmaps "a" not found');
  });

  it('skip jumps, and refuses what is no length of time', async () => {
    const stage = await stageOf();
    const then = stage.session.now();
    await stage.line('skip 5m', 0);
    expect(stage.session.now() - then).toBeGreaterThanOrEqual(300_000);
    await stage.line('skip soon', 0);
    expect(seen(stage)).toContain('skip 30s, skip 5m');
  });

  it('another step leaves alone what runs in other shells, and says so', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.line('kubectl get pods -w', 500);
    await stage.type('\x1d');
    await stage.type('+');
    await stage.pass(1000);
    await stage.line('next', 100);
    expect(seen(stage)).toContain('step 2/5');
    expect(seen(stage)).toContain('shell 1 goes on: get pods -w');
  });

  it.each([
    [60, 16],
    [60, 24],
    [79, 23],
    [119, 36],
    [120, 36],
    [300, 100],
  ])('fits into %dx%d in both languages, with anything over it', async (columns, rows) => {
    const stage = await stageOf(FIRST_POD, columns, rows);
    const fits = (): void => {
      const screen = stage.screen();
      expect(screen).toHaveLength(rows - 1);
      for (const each of screen) expect(stringWidth(each)).toBeLessThanOrEqual(columns);
    };
    fits();
    await stage.type('2');
    await stage.line('kubectl run hello --image=learn/hello:1.0', 3000);
    for (const keys of [
      '\x1b',
      's',
      '\x1b',
      '\x1bm',
      '\x1b',
      '\x1b?',
      '\x1b',
      '\x1bL',
      '\x1b',
      's',
      '\x1b',
      '\x1b?',
      '\x1b',
    ]) {
      await stage.type(keys);
      fits();
    }
    await stage.type('\x1b');
    expect(seen(stage)).toMatch(/q {2}\S/);
  });

  it('skip goes to what concerns a goal, not to whatever happens elsewhere', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.line('kubectl run other --image=learn/broken:0', 500);
    await stage.line('kubectl run hello --image=learn/hello:1.0', 500);
    await stage.line('skip', 0);
    await stage.line('skip', 0);
    await stage.line('skip', 0);
    expect(seen(stage)).toContain('● a Pod named hello is Ready');
    expect(stage.session.now() - stage.session.beginning.startTime).toBeLessThan(60_000);
  });

  it('skip stops where what has to be tried comes to hold', async () => {
    const stage = await stageOf('02-reading-the-cluster/01-four-questions');
    await stage.type('2');
    await stage.line('next');
    await stage.line('next');
    await stage.type('2');
    const then = stage.session.now();
    await stage.line('kubectl set image pod/crash-pod app=learn/hello:1.1', 1000);
    for (let i = 0; i < 5 && !seen(stage).includes('goal ●'); i++) await stage.line('skip', 1000);
    expect(seen(stage)).toContain('goal ● crash-pod');
    expect(stage.session.now() - then).toBeLessThan(480_000);
  });

  it('skip says why it ended where it did, and what happened meanwhile', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.line('kubectl run hello --image=learn/hello:9.9', 500);
    await stage.line('skip', 0);
    expect(seen(stage)).toMatch(/── \d+ s later: a Pod named hello is Ready: /);
    await stage.line('skip 30s', 0);
    expect(seen(stage)).toContain('── 30 s later ──');
    expect(seen(stage)).toMatch(/0:\d\d kubelet +hello: (Failed|BackOff|Pulling)/);
    await stage.line('clear', 0);
    await stage.line('kubectl delete pod hello --now', 5000);
    await stage.line('skip', 0);
    await stage.line('skip', 0);
    expect(seen(stage)).toMatch(/── 10 min later: nothing changed that a goal here asks\s+for ──/);
  });

  it('a long jump shows that it goes on, and Ctrl-C stops it', async () => {
    const stage = await stageOf();
    stage.hurry(50);
    const then = stage.session.now();
    await stage.line('skip 20h', 0);
    expect(seen(stage)).toContain('so far   Ctrl-C stops');
    await stage.type('echo typed\r');
    expect(seen(stage)).not.toContain('typed');
    await stage.type('\x03');
    stage.hurry(0);
    await stage.pass(10);
    expect(seen(stage)).toContain('later');
    await stage.pass(500);
    expect(seen(stage)).toMatch(/^typed$/m);
    expect(stage.session.now() - then).toBeLessThan(3_600_000);
    await stage.line('echo on');
    expect(seen(stage)).toMatch(/^on$/m);
  });

  it('keys go to what runs; the menu is always there', async () => {
    const stage = await stageOf();
    await stage.line('cat');
    await stage.type('hi\r');
    await stage.pass(100);
    expect(seen(stage)).toMatch(/hi\nhi/);
    await stage.type('\x1d');
    expect(seen(stage)).toContain('menu');
    await stage.type('\x1b');
    await stage.type('\x04');
    await stage.pass(100);
    expect(seen(stage)).toContain('Tab complete');
  });

  it('says that the shell has taken a word for the teacher that was typed while a command ran', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.line('sleep 2', 100);
    await stage.line('check', 3000);
    expect(seen(stage)).toContain('`check` was typed while a command ran');
  });

  it('what is told of a command stands below its output', async () => {
    const stage = await stageOf(FIRST_POD, 80, 24);
    await stage.type('2');
    await stage.line('kubectl run hello --image=learn/hello:1.0; kubectl wait --for=condition=Ready pod/hello', 4000);
    expect(seen(stage)).toMatch(/condition met\n(?:.*\n)*You predicted/);
  });

  it('what is typed while a command runs goes on at the prompt', async () => {
    const stage = await stageOf();
    await stage.type('sleep 3\r');
    await stage.type('echo ahe');
    await stage.pass(4000);
    await stage.line('ad');
    expect(seen(stage)).toMatch(/~ \$ echo ahead\nahead\n~ \$/);
  });

  it('has up to four shells, each with its own line', async () => {
    const stage = await stageOf();
    await stage.type('one');
    await stage.type('\x1b');
    await stage.type('+');
    await stage.pass(500);
    await stage.type('two');
    expect(seen(stage)).toContain('shell 2');
    expect(seen(stage)).toContain('~ $ two');
    await stage.type('\x1b');
    await stage.type('1');
    expect(seen(stage)).toContain('~ $ one');
  });

  it('a shell that is left goes away', async () => {
    const stage = await stageOf();
    await stage.type('\x1b');
    await stage.type('+');
    await stage.pass(500);
    await stage.line('exit');
    expect(seen(stage)).toContain('shell 1');
    expect([...stage.session.shells().keys()]).toEqual([1]);
  });

  it('gives a program that takes the whole screen all rows but three', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.line('vi x.yaml');
    expect(stage.screen()).toHaveLength(23);
    expect(stage.screen()[0]).toContain('goal ○');
    expect(stage.screen()[21]).toContain('"x.yaml" [New]');
    expect(stage.screen().filter((row) => row === '~')).toHaveLength(19);
    await stage.type(':q\r');
    await stage.pass(100);
    expect(stage.screen()[8]).toContain('vi x.yaml');
  });

  it('gives watch the whole screen, in any size, and what was there before comes back', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.line('echo before');
    await stage.line('watch -n 5 echo here', 3000);
    expect(stage.screen()[0]).toContain('goal ○');
    expect(stage.screen()[1]).toMatch(/^Every 5\.0s: echo here {9,}/);
    await stage.resize({ columns: 100, rows: 30 });
    await stage.pass(1000);
    expect(stage.screen()[1]).toHaveLength(100);
    await stage.type('\x03');
    await stage.pass(1000);
    expect(seen(stage)).toContain('\nbefore\n~ $ watch -n 5 echo here\n~ $');
    expect(seen(stage)).not.toContain('Every 5.0s');
  });

  it('says what may have been meant by a command that isn’t there', async () => {
    const stage = await stageOf();
    await stage.line('kubctl get pods');
    expect(seen(stage)).toContain('kubctl: command not found');
    expect(seen(stage)).toContain('did you mean kubectl? ↑ to edit');
  });

  it('takes k for kubectl', async () => {
    const stage = await stageOf();
    await stage.line('k get nodes -o name');
    expect(seen(stage)).toContain('\nnode/control-plane\n');
  });

  it('guesses nothing of a single letter', async () => {
    const stage = await stageOf();
    await stage.line('q');
    expect(seen(stage)).toContain('q: command not found');
    expect(seen(stage)).not.toContain('did you mean');
  });

  it('puts the offered command in and never runs it', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('\x1b');
    const before = stage.session.inputs().length;
    await stage.type('\x1b');
    await stage.type('i');
    expect(seen(stage)).toContain('~ $ kubectl get nodes');
    expect(stage.session.inputs()).toHaveLength(before);
  });

  it('a paste of ten thousand lines is put in, shown as far as there is room, and can be dropped', async () => {
    const stage = await stageOf();
    const before = stage.session.inputs().length;
    const text = Array.from({ length: 10_000 }, (_, i) => `echo ${i}`).join('\n');
    await stage.type(`\x1b[200~${text}\x1b[201~`);
    expect(seen(stage)).toContain('> echo 9999');
    expect(stage.session.inputs()).toHaveLength(before);
    await stage.type('\x03');
    expect(seen(stage)).toContain('^C');
  });

  it('tells who types full-width letters', async () => {
    const stage = await stageOf();
    await stage.type('ｋｕｂｅｃｔｌ');
    expect(seen(stage)).toContain('half-width');
  });

  it('keeps its place when the screen gets another size', async () => {
    const stage = await stageOf();
    await stage.line('echo here');
    for (const size of [
      { columns: 140, rows: 45 },
      { columns: 70, rows: 17 },
      { columns: 80, rows: 24 },
    ]) {
      await stage.resize(size);
      expect(stage.screen()).toHaveLength(size.rows - 1);
      expect(seen(stage)).toContain('\nhere\n');
    }
    await stage.resize({ columns: 20, rows: 5 });
    expect(seen(stage)).toContain('needs');
  });

  it('behind a lesson two questions are asked, and then the next lesson begins', async () => {
    let left: boolean | undefined;
    const stage = await openStage(FIRST_POD, { columns: 80, rows: 24 }, 'en', undefined, (onward) => {
      left = onward;
    });
    open.push(stage);
    await stage.type('2');
    await stage.line('kubectl run hello --image=learn/hello:1.0', 8000);
    await stage.line('next');
    await stage.line('answer version 1.0');
    await stage.line('next');
    await stage.type('1');
    await stage.line('kubectl delete pod hello', 35_000);
    await stage.line('kubectl run hello --image=learn/hello:1.0', 8000);
    await stage.line('next');
    await stage.line('kubectl run web --image=learn/hello:9.9', 20_000);
    await stage.line('next');
    await stage.line('kubectl set image pod/web web=learn/hello:1.0', 60_000);
    await stage.type('\r');
    expect(seen(stage)).toMatch(/Commands to remember[\s\S]*Enter goes on/);
    await stage.type('\r');
    expect(seen(stage)).toMatch(/What do you remember\?[\s\S]*Who put the Pod on that node\?/);
    await stage.type('1');
    expect(seen(stage)).toMatch(/Right\.|Not quite/);
    await stage.type('\r');
    expect(seen(stage)).toContain('Why did the deleted Pod not come back?');
    expect(left).toBeUndefined();
    await stage.type('\x1b');
    expect(left).toBe(true);
  });
});
