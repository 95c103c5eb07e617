// `pack lint`: a lesson proves itself, each time on a fresh cluster. Its start is unsolved, each solution reaches all
// goals, each wrong way gets its diagnosis and no other, each offered command runs, and a replay gives the same cluster.

import { messageOf } from '../../../sandbox/kube/thrown.ts';
import { say } from '../../i18n/say.ts';
import { storeDigest } from '../../session/digest.ts';
import type { Session } from '../../session/session.ts';
import { type GoalView, isReached } from '../assess.ts';
import { type Driver, STOPPED } from '../drive.ts';
import { goalOf, type Lesson, type Script, type WrongScript } from '../lesson.ts';
import type { PackProblem } from '../pack.ts';
import type { Runner } from '../runner.ts';
import { type RunBlock, runBlocks } from '../story.ts';
import { type Shortened, shortened } from './leaveout.ts';
import { type Mark, NOTHING } from './marks.ts';
import { otherOrders } from './orders.ts';
import {
  awaitMark,
  COMMAND_MS,
  leaveAlone,
  reaches,
  runScript,
  runUntilReached,
  type Trial,
  type Trials,
  trialsOf,
} from './trial.ts';

/** Cluster time between two commands of a story: about what a quick reader takes. */
const READ_MS = 5000;
/** How long a program may take until it reads what is typed into it. */
const STARTS_MS = 2000;
const COLUMNS = 80;
const ORDERS = 2;

export interface LintOptions {
  /** In how many other orders each solution is tried, at most. */
  readonly orders?: number;
  /** Also leaves out each command of the first solution. */
  readonly thorough?: boolean;
  /** Told what is being tried. */
  readonly at?: (what: string) => void;
}

/** All problems that running a lesson shows. */
export function lintLesson(
  lesson: Lesson,
  { orders = ORDERS, thorough = false, at = () => {} }: LintOptions = {},
): readonly PackProblem[] {
  const broken = new Set<string>();
  const trials = trialsOf(lesson);
  const steps: readonly (readonly [string, () => readonly PackProblem[]])[] = [
    ['the start', () => startProblems(trials)],
    ...lesson.solutions.map((script) => [script.file, () => solutionProblems(trials, script)] as const),
    ...lesson.solutions.flatMap((script) =>
      otherOrders(script, lesson.goals, orders, 1).map(
        (other) => [other.file, () => solutionProblems(trials, other)] as const,
      ),
    ),
    ...lesson.wrong.map((script) => [script.file, () => wrongProblems(trials, script, broken)] as const),
    ...(thorough ? lesson.solutions.slice(0, 1).flatMap(shortened) : []).map(
      (script) => [script.file, () => shortenedProblems(trials, script)] as const,
    ),
    ['the guards', () => guardProblems(lesson, broken)],
    ['the story', () => storyProblems(trials)],
  ];
  return steps.flatMap(([what, run]) => {
    at(what);
    try {
      return run();
    } catch (error) {
      return [{ file: `${lesson.id}/${what}`, message: `stopped: ${messageOf(error)}` }];
    }
  });
}

function startProblems(trials: Trials): readonly PackProblem[] {
  const { lesson } = trials;
  const { runner, driver } = trials.begin();
  driver.wait(10_000);
  runner.update({ tries: true });
  const file = `${lesson.id}/lesson.yaml`;
  return [
    ...runner.goals().flatMap(({ id, state }): readonly PackProblem[] => {
      if (state === 'done') return [{ file, message: `the goal \`${id}\` holds already at the start` }];
      return state === 'broken' ? [{ file, message: `the guard \`${id}\` does not hold at the start` }] : [];
    }),
    ...runner.diagnoses().map(({ id }) => ({ file, message: `the diagnosis \`${id}\` matches already at the start` })),
    ...runner
      .predictions()
      .filter(({ known }) => known)
      .map(({ prediction: { id } }) => ({
        file,
        message: `the outcome of the prediction \`${id}\` is known already at the start`,
      })),
    ...(runner.irrecoverable() === undefined ? [] : [{ file, message: 'the start is taken for irrecoverable' }]),
  ];
}

function solutionProblems(trials: Trials, script: Script): readonly PackProblem[] {
  const { lesson } = trials;
  const trial = trials.begin();
  const { session, runner } = trial;
  const file = `${lesson.id}/${script.file}`;
  const problems: PackProblem[] = [];
  const marked = (mark: Mark): void => void problems.push(...markProblems(trial, mark, file));
  const status = runScript(trial, script, { marked });
  if (status === STOPPED)
    return [{ file, line: lineOfEnd(trials, script), message: 'did not end within an hour of cluster time' }];
  if (status !== 0) problems.push({ file, message: `ended with status ${status}: ${lastLine(trial)}` });
  runUntilReached(trial);
  problems.push(...runner.goals().flatMap((goal) => openGoal(goal, file)));
  for (const id of new Set([...trial.told, ...runner.diagnoses().map((one) => one.id)]))
    problems.push({ file, message: `the diagnosis \`${id}\` matches a solution` });
  if (runner.irrecoverable() !== undefined) problems.push({ file, message: 'a solution is taken for irrecoverable' });
  for (const { prediction, known } of runner.predictions())
    if (!known)
      problems.push({ file, message: `the outcome of the prediction \`${prediction.id}\` does not become known` });
  // The same commands in another order say nothing new of that.
  return script.reordered === true ? problems : [...problems, ...replayProblems(trials, session, file)];
}

/** Where the command stands with which a script ends, or doesn't. */
function lineOfEnd(trials: Trials, script: Script): number {
  let last = 1;
  runScript(trials.begin(), script, {
    marked: () => {},
    ended({ line }) {
      last = line;
    },
  });
  return last;
}

function lastLine({ output }: Trial): string {
  return output.text.trimEnd().split('\n').at(-1) ?? '';
}

function openGoal({ id, state, verdict }: GoalView, file: string): readonly PackProblem[] {
  if (state === 'done' || state === 'guard') return [];
  const because = verdict.because.map((words) => `; ${say(words, 'en')}`).join('');
  const message = `does not reach \`${id}\`: expected ${say(verdict.expected, 'en')}; is ${say(verdict.actual, 'en')}${because}`;
  return [{ file, message }];
}

/** The same inputs make the same cluster, byte for byte. */
function replayProblems(trials: Trials, session: Session, file: string): readonly PackProblem[] {
  session.settle();
  const end = session.inputs().length;
  session.enter({ kind: 'end' });
  session.settle();
  const again = trials.again(session);
  const same = storeDigest(again.cluster()) === storeDigest(session.cluster());
  return same ? [] : [{ file, message: `its ${end} inputs, replayed, make another cluster` }];
}

function wrongProblems(trials: Trials, script: WrongScript, broken: Set<string>): readonly PackProblem[] {
  const { lesson } = trials;
  const trial = trials.begin();
  const { runner } = trial;
  const file = `${lesson.id}/${script.file}`;
  const problems: PackProblem[] = [];
  const marked = (mark: Mark): void => void problems.push(...markProblems(trial, mark, file));
  runScript(trial, script, { marked });
  leaveAlone(trial);
  for (const id of trial.broken) broken.add(id);
  if (reaches(runner)) problems.push({ file, message: 'reaches all goals, though it is to be wrong' });
  problems.push(...recognitionProblems(runner, script.diagnosis, { file, line: 1 }));
  // The `?` stands at the line of a goal that is open.
  const about = goalOf(lesson, script.diagnosis);
  const goal = runner.goals().find(({ id }) => id === about);
  if (goal !== undefined && isReached(goal))
    problems.push({
      file,
      message: `the goal \`${goal.id}\` holds, though \`${script.diagnosis}\` says what it lacks`,
    });
  return problems;
}

/** What is recognised is one mistake, or none, and no other. */
function recognitionProblems(
  runner: Runner,
  expected: string,
  at: Omit<PackProblem, 'message'>,
): readonly PackProblem[] {
  const found = runner.diagnoses().map(({ id }) => id);
  const missed = expected !== NOTHING && !found.includes(expected);
  return [
    ...(missed ? [{ ...at, message: `is not recognised as \`${expected}\`${stateOf(runner)}` }] : []),
    ...found
      .filter((id) => id !== expected)
      .map((id) => ({ ...at, message: `is ${expected === NOTHING ? '' : 'also '}taken for \`${id}\`` })),
  ];
}

/** What an author says of a moment, held against it. */
function markProblems(trial: Trial, mark: Mark, file: string): readonly PackProblem[] {
  const { runner } = trial;
  const { kind, id, line } = mark;
  awaitMark(mark, trial);
  if (kind === 'diagnosis') return recognitionProblems(runner, id, { file, line });
  const goal = runner.goals().find((one) => one.id === id);
  if (kind === 'done' && goal !== undefined) return openGoal(goal, file).map((problem) => ({ ...problem, line }));
  const known = runner.predictions().some(({ prediction, known: is }) => prediction.id === id && is);
  const isSo = goal === undefined ? known === (kind === 'known') : !isReached(goal);
  return isSo ? [] : [{ file, line, message: MARK_PROBLEMS[kind](id) }];
}

const MARK_PROBLEMS: Readonly<Record<Exclude<Mark['kind'], 'diagnosis'>, (id: string) => string>> = {
  open: (id) => `the goal \`${id}\` holds already here`,
  done: (id) => `the goal \`${id}\` does not hold here`,
  broken: (id) => `the guard \`${id}\` holds here`,
  unknown: (id) => `the outcome of the prediction \`${id}\` is known already here`,
  known: (id) => `the outcome of the prediction \`${id}\` is not known here`,
};

/** What can be left out of a solution shows that a goal asks for less than it should. */
function shortenedProblems(trials: Trials, script: Shortened): readonly PackProblem[] {
  const { lesson } = trials;
  const trial = trials.begin();
  runScript(trial, script);
  leaveAlone(trial);
  const isOpen = reaches(trial.runner)
    ? false
    : script.goal === undefined || !trial.runner.goals().some((goal) => goal.id === script.goal && isReached(goal));
  if (isOpen) return [];
  const what = script.goal === undefined ? 'all goals hold' : `the goal \`${script.goal}\` holds`;
  const message = `\`${script.without}\` can be left out, and ${what} nevertheless`;
  return [{ file: `${lesson.id}/${lesson.solutions[0]?.file}`, message }];
}

/** A guard that no wrong way breaks guards nothing. */
function guardProblems({ id: lesson, goals }: Lesson, broken: ReadonlySet<string>): readonly PackProblem[] {
  return goals
    .filter(({ id, guard }) => guard === true && !broken.has(id))
    .map(({ id }) => ({ file: `${lesson}/lesson.yaml`, message: `no script in wrong/ breaks the guard \`${id}\`` }));
}

function stateOf(runner: Runner): string {
  const open = runner.goals().filter(({ state }) => state === 'open' || state === 'broken');
  return open.map(({ id, verdict }) => `; ${id}: ${say(verdict.actual, 'en')}`).join('');
}

/** The commands that the story offers, one after the other, as somebody who only reads and runs. */
function storyProblems(trials: Trials): readonly PackProblem[] {
  const { lesson } = trials;
  const { session, driver, output } = trials.begin();
  const file = `${lesson.id}/lesson.en.md`;
  return lesson.story.en.scenes.flatMap(({ blocks }) =>
    runBlocks(blocks).flatMap((block) => {
      output.text = '';
      const status = offer(block, session, driver);
      driver.wait(READ_MS);
      return offerProblems(block, status, output.text).map((message) => ({ file, line: block.line, message }));
    }),
  );
}

function offer(block: RunBlock, session: Session, driver: Driver): number | undefined {
  if (!block.background && block.keys === undefined) return driver.line(block.text, block.forMs ?? COMMAND_MS);
  if (!session.shells().has(block.shell)) session.enter({ kind: 'shell', shell: block.shell, does: 'open' });
  driver.wait(500);
  session.enter({ kind: 'line', shell: block.shell, line: block.text });
  session.settle();
  if (block.keys === undefined) return 0;
  driver.wait(STARTS_MS);
  session.enter({ kind: 'keys', shell: block.shell, keys: Buffer.from(block.keys, 'utf8').toString('latin1') });
  session.settle();
  driver.wait(STARTS_MS);
  const { atPrompt, lastStatus } = session.shells().get(block.shell)?.marks ?? {};
  return block.background || atPrompt === true ? lastStatus : STOPPED;
}

function offerProblems(
  { text, fails, forMs, wide }: RunBlock,
  status: number | undefined,
  output: string,
): readonly string[] {
  const problems: string[] = [];
  const ok = forMs !== undefined || (fails ? status !== 0 : status === 0);
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  if (!ok) problems.push(`\`${text}\` ended with status ${status}${fails ? ', but is to fail' : ''}: ${last}`);
  const long = output.split(/\r?\n/).find((line) => [...line].length > COLUMNS);
  if (long !== undefined && !wide)
    problems.push(`\`${text}\` prints lines of ${[...long].length} columns; say \`wide\` if that is meant`);
  return problems;
}
