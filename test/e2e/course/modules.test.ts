// A lesson of each module and a drill, typed by a learner at a real terminal to their ends. What is typed is the lesson's own
// wrong try, which has to bring its diagnosis and is undone, and its own solution; cards are answered, the debrief is read.

import { describe, expect, it } from 'vitest';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import type { Language } from '../../../src/i18n/language.ts';
import { makeDrill } from '../../../src/lessons/drills/drill.ts';
import { goalOf, type Lesson } from '../../../src/lessons/lesson.ts';
import type { Player } from '../pty.ts';
import { atPrompt, commandsOf, dense, lessonOf, playing, pty, reach, run, SLOW, soon, toTheEnd } from './learner.ts';

/** By module: the lesson, how it is seen, and the wrong try with its diagnosis. */
const LESSONS = [
  ['02-reading-the-cluster/01-four-questions', 'en', 80, 24, 'put-to-sleep'],
  ['03-workloads/01-replicaset', 'ja', 140, 45, 'template-only'],
  ['04-networking/02-no-endpoints', 'en', 80, 24, 'no-probe'],
  ['05-config-and-lifecycle/01-configmaps', 'ja', 140, 45, 'numbers'],
] as const;

/** A solution up to where a goal is worked for, and the rest. */
function partsOf({ id, solutions }: Lesson, goal: string): readonly [string, string] {
  const text = solutions[0]?.text;
  if (text === undefined) throw new Error(`no solution of ${id}`);
  const at = Math.max(0, text.indexOf(`# goal: ${goal}\n`));
  return [text.slice(0, at), text.slice(at)];
}

/** Tries what is wrong, is told why, and takes it back. */
async function goWrong(player: Player, lesson: Lesson, diagnosis: string, lang: Language): Promise<void> {
  const script = lesson.wrong.find((one) => one.diagnosis === diagnosis)?.text ?? '';
  const because = lesson.diagnose?.find(({ id }) => id === diagnosis)?.because[lang] ?? '';
  const commands = commandsOf(script);
  expect(commands.length * because.length).toBeGreaterThan(0);
  for (const command of commands) await run(player, command);
  const told = (): boolean => dense(player.text()).includes(dense(because));
  for (let tries = 0; tries < 5 && !told(); tries++) {
    if (tries > 0) await run(player, 'skip 20s');
    await run(player, 'check');
    await atPrompt(player);
    await soon(player, told, 3);
  }
  expect(dense(player.text())).toContain(dense(because));
  for (const command of commands) {
    if (command.startsWith('skip')) continue;
    await run(player, 'undo');
    await soon(player, () => /── (?:undone|取り消し): /.test(player.text()), SLOW);
  }
}

describe.skipIf(pty === undefined)('a lesson of a module', () => {
  it.each(LESSONS)('%s can be played to its end (%s, %dx%d), with the wrong try %s', async (...row) => {
    const [id, lang, columns, rows, diagnosis] = row;
    const lesson = lessonOf(id);
    const goal = goalOf(lesson, diagnosis) ?? '';
    const [before, after] = partsOf(lesson, goal);
    const step = 1 + lesson.steps.findIndex(({ goals = [] }) => goals.includes(goal));
    await playing({ columns, rows }, ['learn', id, '--lang', lang], async (player) => {
      await run(player, 'kubctl get pods');
      await player.until(/kubctl: command not found/, SLOW);
      for (const command of commandsOf(before)) await run(player, command);
      await reach(player, step);
      await goWrong(player, lesson, diagnosis, lang);
      for (const command of commandsOf(after)) await run(player, command);
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
      await player.until('D01 Half the requests fail', SLOW);
      await run(player, `diagnose ${drill?.file.cause[0]}`);
      await player.until('is where it comes from', SLOW);
      for (const command of commandsOf(drill?.lesson.solutions[0]?.text ?? '')) await run(player, command);
      await toTheEnd(player);
      await player.until('The alert that would have told', SLOW);
      await player.type('\r');
      await player.until('Enter begins', SLOW);
      await player.type('q');
      expect((await player.exit).exitCode).toBe(0);
      expect(player.text()).toMatch(/cause \d:\d\d {2}recovered \d+:\d\d \(par 8:00\) {2}harm 0 {2}points 1\/1\n■{6}/);
    });
  });
});
