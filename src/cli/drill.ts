// `k8s-learn drill`: an incident. A page arrives, the clock runs, nothing else is told.

import { createInterface } from 'node:readline';
import { timeMs } from '../../sandbox/time/units.ts';
import { tell } from '../i18n/say.ts';
import { beginningOf, prepare, runnerOf } from '../lessons/begin.ts';
import { type Drill, dailyDrill, drillFolders, makeDrill } from '../lessons/drill.ts';
import { clock, newScore, resultLines, type Score, withCause, withEvents } from '../lessons/drillscore.ts';
import { createDriver } from '../lessons/drive.ts';
import { problemText } from '../lessons/pack.ts';
import { eventLines, goalLine, sceneLines } from '../lessons/plain.ts';
import { handleWord } from '../lessons/words.ts';
import { createSession } from '../session/session.ts';
import { skipLength } from '../session/skiplength.ts';
import { unfinished } from '../workstation/line/unfinished.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { courseFolder, readPack } from './packfiles.ts';
import { VERSION } from './version.ts';

const COMMAND_MS = 3_600_000;
const AFTER_MS = 2000;
/** `skip` without a length waits so long at most. */
const SKIP_MS = 180_000;

export async function drill(
  [id]: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const files = readPack(courseFolder(), '90-drills');
  const folders = drillFolders(files);
  const now = Date.now();
  if (own['daily'] === true) {
    const day = new Date(now).toISOString().slice(0, 10);
    const { folder, seed } = dailyDrill(folders, day);
    return play(made(files, folder, seed), options, day);
  }
  const drills = folders.map((folder) => made(files, folder, options.seed ?? now % 100_000));
  if (id === undefined) {
    for (const { file } of drills) console.log(`${file.id}  ${file.title[options.lang]}  (${file.par} min)`);
    console.log(tell(options.lang, 'drill.usage', {}));
    return EXIT.done;
  }
  const found = drills.find(({ file }) => file.id.toLowerCase() === id.toLowerCase());
  if (found !== undefined) return play(found, options, undefined);
  const there = drills.map(({ file }) => file.id).join(', ');
  throw new Failure(EXIT.usage, `k8s-learn drill: ${id}: there is no such drill.`, `There are ${there}.`, '');
}

function made(files: ReturnType<typeof readPack>, folder: string, seed: number): Drill {
  const { value, problems } = makeDrill(files, folder, seed);
  if (value !== undefined) return value;
  throw new Failure(
    EXIT.environment,
    `k8s-learn drill: ${folder} can not be used.`,
    problems.map(problemText).join('\n'),
    '',
  );
}

/** Until it is recovered, given up, or the input ends. */
async function play(drill: Drill, options: GlobalOptions, day: string | undefined): Promise<number> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const incident = openIncident(drill, options, (text) => process.stdout.write(text), !process.stdin.isTTY);
  for await (const line of lines) {
    incident.take(line);
    if (incident.over()) break;
    incident.prompt();
  }
  lines.close();
  for (const line of ['', ...resultLines(incident.score(), drill, day, options.lang)]) console.log(line);
  return incident.score().recovered === undefined ? EXIT.no : EXIT.done;
}

export interface Incident {
  take(line: string): void;
  prompt(): void;
  over(): boolean;
  score(): Score;
}

/** A drill under way. `echo`: nobody else shows what is typed. */
export function openIncident(
  drill: Drill,
  { lang }: Pick<GlobalOptions, 'lang'>,
  out: (text: string | Uint8Array) => void,
  echo: boolean,
): Incident {
  const { lesson, seed, file } = drill;
  const session = createSession(beginningOf(lesson, { version: VERSION, seed, startTime: timeMs(Date.now()) }));
  prepare(lesson, session);
  const runner = runnerOf(lesson, session);
  const say = (lines: readonly string[]): void => out(lines.map((line) => `${line}\n`).join(''));
  let score = newScore(session.now());
  let pending = '';
  let left = false;
  const driver = createDriver(session, runner, (events) => {
    score = withEvents(score, events, session.now());
    say(
      events
        .filter(({ kind }) => kind !== 'done' && kind !== 'step-done')
        .flatMap((event) => eventLines(runner, event, lang)),
    );
  });
  session.onOutput((shell, bytes) => {
    if (shell === 1) out(bytes);
  });
  const promptText = (): string => (pending === '' ? (session.shells().get(1)?.marks.prompt ?? '$ ') : '> ');

  /** Words of the drill; false for lines of the shell. */
  const word = (line: string): boolean => {
    const [name = '', argument, ...rest] = line.normalize('NFKC').trim().split(/\s+/);
    if (rest.length > 0) return false;
    if (name === 'diagnose' && argument !== undefined) {
      const before = score.misnamed;
      score = withCause(score, drill, argument, session.now());
      say([tell(lang, score.misnamed > before ? 'drill.notIt' : 'drill.itIs', { object: argument })]);
    } else if (name === 'skip') {
      const ms = argument === undefined ? undefined : skipLength(argument);
      if (ms === undefined) driver.until(() => runner.done(), SKIP_MS);
      else driver.wait(ms);
      looked();
    } else if (name === 'time' && argument === undefined) say([clock(session.now() - score.begun)]);
    else if (name === 'give' && argument === 'up') left = true;
    else {
      const answer = handleWord(runner, line, session.now(), lang);
      if (answer === undefined) return false;
      if (name === 'hint') score = { ...score, hints: score.hints + 1 };
      if (name === 'check') score = runner.done() ? { ...score, recovered: score.recovered ?? session.now() } : score;
      say(answer);
    }
    return true;
  };
  const looked = (): void => {
    score = withEvents(score, runner.update({ tries: true }), session.now());
  };

  const over = (): boolean => left || score.recovered !== undefined || session.shells().get(1)?.ended === true;
  say([
    `${file.id} ${file.title[lang]}`,
    '',
    ...(lesson.story[lang].scenes[0] === undefined ? [] : sceneLines(lesson.story[lang].scenes[0])),
  ]);
  say([tell(lang, 'drill.words', {})]);
  if (!echo) out(promptText());
  return {
    take(line) {
      if (echo) say([promptText() + line]);
      if (pending === '' && line.trim() === '') return;
      const text = pending === '' ? line : `${pending}\n${line}`;
      pending = unfinished(text) ? text : '';
      if (pending !== '') return;
      if (!word(text)) {
        driver.line(text, COMMAND_MS);
        driver.wait(AFTER_MS);
        looked();
      }
      if (over()) say(endLines());
    },
    prompt() {
      if (!echo) out(promptText());
    },
    over,
    score: () => score,
  };

  function endLines(): readonly string[] {
    const { chain, alert, repeat } = file.debrief;
    return [
      '',
      tell(lang, score.recovered === undefined ? 'drill.givenUp' : 'drill.done', {
        time: clock(session.now() - score.begun),
      }),
      ...runner.goals().map((goal) => goalLine(goal, lang)),
      `${tell(lang, 'drill.causeWas', {})} ${file.cause.join(', ')}`,
      chain[lang],
      ...runner.diagnoses().map(({ because }) => `? ${because[lang]}`),
      `${tell(lang, 'drill.alert', {})} ${alert[lang]}`,
      lesson.debrief.model[lang],
      ...(repeat === undefined ? [] : [tell(lang, 'drill.repeat', { lesson: repeat })]),
    ];
  }
}
