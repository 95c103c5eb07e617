// A lesson of a module and a drill, typed by a learner at a real terminal to their ends. What is typed is the lesson's own
// solution; cards are answered, steps are gone through, the debrief is read.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import { loadPty } from '../../../src/host/shells/pty.ts';
import { makeDrill } from '../../../src/lessons/drill.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { unfinished } from '../../../src/workstation/line/unfinished.ts';
import { type Player, play } from '../pty.ts';

const pty = loadPty();

const LESSONS = [
  ['02-reading-the-cluster/01-four-questions', 'en', 80, 24],
  ['03-workloads/01-replicaset', 'ja', 140, 45],
] as const;

const SAYS = {
  card: /Before you do it|実行する前に/,
  goOn: /Enter: (?:next step|what to take|次のステップ|まとめ)/,
  nothingToReach: /`next` (?:goes on|で次へ)/,
  debrief: /What you take with you|今回のまとめ/,
  slow: 90,
};

/** Commands of a script, each with its here-documents and loops. */
function commandsOf(script: string): readonly string[] {
  const commands: string[] = [];
  let pending = '';
  for (const line of script.trim().split('\n')) {
    if (pending === '' && (line.startsWith('#') || line.trim() === '')) continue;
    pending = pending === '' ? line : `${pending}\n${line}`;
    if (unfinished(pending)) continue;
    commands.push(pending.replace(/^sleep (\d+)$/, 'skip $1s'));
    pending = '';
  }
  return commands;
}

async function soon(player: Player, what: () => boolean, seconds: number): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await player.type('')) if (what()) return true;
  return false;
}

/** At an empty prompt, with every card answered on the way. */
async function atPrompt(player: Player): Promise<void> {
  for (let cards = 0; cards < 5; cards++) {
    await soon(player, () => player.atPrompt() || SAYS.card.test(player.text()), SAYS.slow);
    if (!SAYS.card.test(player.text())) break;
    await player.type('1');
    await player.type('\r');
  }
  await player.prompt();
}

/** As a learner does who has the lines from somewhere: several are pasted. */
async function run(player: Player, command: string): Promise<void> {
  await atPrompt(player);
  await (command.includes('\n') ? player.type(`\x1b[200~${command}\x1b[201~`) : player.type(command));
  await player.type('\r');
}

/** Through the steps that are done, to what is behind the last one. */
async function toTheEnd(player: Player): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await atPrompt(player);
    if (SAYS.nothingToReach.test(player.text())) await player.line('next');
    else if (await soon(player, () => SAYS.goOn.test(player.text()), 5)) await player.type('\r');
    else await player.line('skip 20s');
    if (await soon(player, () => SAYS.debrief.test(player.text()), 2)) return;
  }
  throw new Error(`the lesson does not end\n${player.text()}`);
}

function solutionOf(id: string): string {
  const lessons = loadCourse(readPack(courseFolder())).value?.modules.flatMap((module) => module.lessons);
  const text = lessons?.find((lesson) => lesson.id === id)?.solutions[0]?.text;
  if (text === undefined) throw new Error(`no solution of ${id}`);
  return text;
}

async function playing(
  size: { readonly columns: number; readonly rows: number },
  args: readonly string[],
  run_: (player: Player) => Promise<void>,
): Promise<void> {
  if (pty === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-course-'));
  const player = play(pty, { ...size, args: [...args, '--data-dir', folder] });
  try {
    await run_(player);
  } finally {
    player.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(pty === undefined)('a lesson of a module', () => {
  it.each(LESSONS)('%s can be played to its end (%s, %dx%d)', async (id, lang, columns, rows) => {
    await playing({ columns, rows }, ['learn', id, '--lang', lang], async (player) => {
      await run(player, 'kubctl get pods');
      await player.until(/kubctl: command not found/, SAYS.slow);
      for (const command of commandsOf(solutionOf(id))) await run(player, command);
      await toTheEnd(player);
      for (const row of player.rows()) expect(row.length).toBeLessThanOrEqual(columns);
    });
  });
});

describe.skipIf(pty === undefined)('a drill', () => {
  it('is begun at home, recovered from, and leaves three lines in the terminal', async () => {
    const { value: drill } = makeDrill(readPack(courseFolder(), '90-drills'), '90-drills/01-half-fail', 2);
    const args = ['drill', 'D01', '--seed', '2', '--lang', 'en'];
    await playing({ columns: 80, rows: 24 }, args, async (player) => {
      await player.until('D01 Half the requests fail', SAYS.slow);
      await run(player, `diagnose ${drill?.file.cause[0]}`);
      await player.until('is where it comes from', SAYS.slow);
      for (const command of commandsOf(drill?.lesson.solutions[0]?.text ?? '')) await run(player, command);
      await toTheEnd(player);
      await player.until('The alert that would have told', SAYS.slow);
      await player.type('\r');
      await player.until('Enter begins', SAYS.slow);
      await player.type('q');
      expect((await player.exit).exitCode).toBe(0);
      expect(player.text()).toMatch(/cause \d:\d\d {2}recovered \d+:\d\d \(par 8:00\) {2}harm 0\n■{6}/);
    });
  });
});
