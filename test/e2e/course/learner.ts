// What a learner does at a real terminal: types commands, answers the cards that come up, goes through steps.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import { loadPty } from '../../../src/host/shells/pty.ts';
import type { Lesson } from '../../../src/lessons/lesson.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { unfinished } from '../../../src/workstation/line/unfinished.ts';
import { type Player, play } from '../pty.ts';

export const pty = loadPty();

/** What the screen says at each moment, in either language. */
export const SAYS = {
  card: /Before you do it|実行する前に/,
  goOn: /Enter: (?:read on|next step|what to take|続きを読む|次のステップ|まとめ)/,
  nothingToReach: /`next` (?:goes on|で次へ)/,
  debrief: /What you take with you|今回のまとめ/,
};

/** Seconds; what is waited for mostly comes within one. */
export const SLOW = 90;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The program in a terminal of this size, with data of its own; ended and forgotten afterwards. */
export async function playing(
  size: Size,
  args: readonly string[],
  run_: (player: Player, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-course-'));
  try {
    await sitting(size, args, folder, (player) => run_(player, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One start of the program over data that may be there already. */
export async function sitting(
  size: Size,
  args: readonly string[],
  folder: string,
  run_: (player: Player) => Promise<void>,
): Promise<void> {
  if (pty === undefined) return;
  const player = play(pty, { ...size, args: [...args, '--data-dir', folder] });
  try {
    await run_(player);
  } finally {
    await player.end();
  }
}

/** Commands of a script, each with its here-documents and loops; what waits skips instead. */
export function commandsOf(script: string): readonly string[] {
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

export async function soon(player: Player, what: () => boolean, seconds: number): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await player.type('')) if (what()) return true;
  return false;
}

/** At an empty prompt, with every card answered on the way, or where the lesson has ended meanwhile. */
export async function atPrompt(player: Player): Promise<void> {
  const isOver = (): boolean => SAYS.debrief.test(player.text());
  for (let cards = 0; cards < 5; cards++) {
    await soon(player, () => player.atPrompt() || isOver() || SAYS.card.test(player.text()), SLOW);
    if (isOver()) return;
    if (!SAYS.card.test(player.text())) break;
    await player.type('1');
    await player.type('\r');
    await soon(player, () => !SAYS.card.test(player.text()), SLOW);
  }
  await player.prompt(SLOW);
}

/** As a learner does who has the lines from somewhere: several are pasted. */
export async function run(player: Player, command: string): Promise<void> {
  await atPrompt(player);
  await player.line(command.includes('\n') ? `\x1b[200~${command}\x1b[201~` : command);
}

/** Through the steps that are done, up to one with something to do. */
export async function catchUp(player: Player, done = () => SAYS.debrief.test(player.text())): Promise<void> {
  for (let turn = 0; turn < 60 && !done(); turn++) {
    await atPrompt(player);
    if (done()) return;
    if (SAYS.nothingToReach.test(player.text())) await player.line('next');
    else if (await soon(player, () => SAYS.goOn.test(player.text()), 5)) await player.type('\r');
    else return;
    await soon(player, done, 2);
  }
}

/** On to a step, from 1, through those before it. */
export async function reach(player: Player, step: number): Promise<void> {
  const there = (): boolean => new RegExp(`(?:step|ステップ) ${step}/`).test(player.text());
  for (let turn = 0; turn < 20; turn++) {
    await catchUp(player, there);
    if (there()) return;
    await player.line('skip 20s');
  }
  throw new Error(`step ${step} is not reached\n${player.text()}`);
}

/** Through the steps that are done, to what is behind the last one. */
export async function toTheEnd(player: Player): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await catchUp(player);
    if (SAYS.debrief.test(player.text())) return;
    await player.line('skip 20s');
  }
  throw new Error(`the lesson does not end\n${player.text()}`);
}

/** The screen without its spaces: where lines are broken doesn't matter. */
export function dense(text: string): string {
  return text.replace(/\s+/g, '');
}

export function lessonOf(id: string): Lesson {
  const lessons = loadCourse(readPack(courseFolder())).value?.modules.flatMap((module) => module.lessons);
  const lesson = lessons?.find((one) => one.id === id);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  return lesson;
}
