// `k8s-learn drill`: an incident. A page arrives, the clock runs, nothing else is told.

import { say as sayWords, tell } from '../i18n/say.ts';
import { clock, type Score } from '../lessons/drills/score.ts';
import { createDriver } from '../lessons/drive.ts';
import { viewLines } from '../tui/plainviews.ts';
import { unfinished } from '../workstation/line/unfinished.ts';
import { progressOf } from './course.ts';
import { type Call, drillId, openDrills } from './drills.ts';
import { EXIT } from './failure.ts';
import { leftOf, type OpenDrill, openDrill } from './opendrill.ts';
import type { GlobalOptions } from './options.ts';
import { skipPlainly } from './plainskip.ts';
import { ownTerminal, type PlainIo, writeLines } from './plainterminal.ts';
import { readSettings } from './settings.ts';

const COMMAND_MS = 3_600_000;
const AFTER_MS = 2000;
/** `skip` without a length waits so long at most. */
const SKIP_MS = 180_000;

export async function drill(
  [id]: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const drills = openDrills();
  if (own['daily'] !== true && id === undefined) {
    for (const { file } of drills.all(options.seed ?? 1))
      console.log(`${file.id}  ${file.title[options.lang]}  (${file.par} min)`);
    console.log(tell(options.lang, 'drill.usage', {}));
    return EXIT.done;
  }
  const restart = own['restart'] === true;
  const left = (name: string): number | undefined => (restart ? undefined : leftOf(progressOf(options), name)?.seed);
  const call =
    id === undefined || own['daily'] === true
      ? drills.daily(Date.now())
      : drills.named(id, options.seed ?? left(drillId({ file: { id: id.toUpperCase() } })));
  if (own['plain'] !== true && !readSettings(options.dataDir).plain) {
    const { openApp, screenFits } = await import('./screen.ts');
    if (screenFits()) return openApp(options, { view: 'work', lesson: drillId(call.drill) }, { drill: call, restart });
  }
  return play(call, options, restart);
}

/** Until it is recovered, given up, or the input ends: it can be gone on with then. */
async function play(call: Call, options: GlobalOptions, restart: boolean): Promise<number> {
  const io = ownTerminal();
  const say = (lines: readonly string[]): void => writeLines(io, lines);
  const open = openDrill(call, options, restart);
  const told = (): void => {
    for (const words of open.notices()) console.error(`k8s-learn: ${sayWords(words, options.lang)}`);
  };
  told();
  const incident = plainIncident(open, options, io);
  const quiet = io.onInterrupt?.(incident.forget);
  incident.prompt();
  for await (const line of io.lines) {
    incident.take(line);
    told();
    if (incident.over() || incident.left()) break;
    incident.prompt();
  }
  quiet?.();
  open.close();
  const end = incident.over() ? incident.result() : [leftLine(open, call, options)];
  say(['', ...end]);
  return incident.score().recovered === undefined ? EXIT.no : EXIT.done;
}

function leftLine({ incident }: OpenDrill, { drill, day }: Call, { lang }: GlobalOptions): string {
  const command = `k8s-learn drill ${day === undefined ? drill.file.id : '--daily'}`;
  return tell(lang, 'drill.left', { time: clock(incident.elapsed()), command });
}

/** A drill in plain lines. */
export interface PlainIncident {
  take(line: string): void;
  prompt(): void;
  /** What was being typed is dropped, as a shell does. */
  forget(): void;
  over(): boolean;
  /** The shell was left. */
  left(): boolean;
  score(): Score;
  result(): readonly string[];
}

/** A drill under way. */
export function plainIncident(
  { incident, session, resumed, keep }: Pick<OpenDrill, 'incident' | 'session' | 'resumed' | 'keep'>,
  { lang }: Pick<GlobalOptions, 'lang'>,
  io: Pick<PlainIo, 'out' | 'echo' | 'columns'>,
): PlainIncident {
  const { out, echo } = io;
  const { runner, score } = incident;
  const say = (lines: readonly string[]): void => writeLines(io, lines);
  let pending = '';
  const driver = createDriver(session, runner, (events) => say(incident.told(events, lang)));
  session.onOutput((shell, bytes) => {
    if (shell === 1) out(bytes);
  });
  const promptText = (): string => (pending === '' ? (session.shells().get(1)?.marks.prompt ?? '$ ') : '> ');

  const run = (line: string): void => {
    const skipped = skipPlainly(line, { session, runner, driver, lang, furthestMs: SKIP_MS });
    const words = skipped ?? viewLines(line, session, lang) ?? incident.word(line, lang);
    if (words !== undefined) say(words);
    else {
      driver.line(line, COMMAND_MS);
      driver.wait(AFTER_MS);
      say(incident.told(runner.update({ tries: true }), lang));
    }
  };
  const goesOn = resumed ? [tell(lang, 'drill.goesOn', { time: clock(incident.elapsed()) })] : [];

  say([incident.title(lang), '', ...incident.page(lang), ...goesOn, tell(lang, 'drill.words', {})]);
  const prompt = (): void => {
    if (!echo) out(promptText());
  };
  return {
    take(line) {
      if (echo) say([promptText() + line]);
      if (pending === '' && line.trim() === '') return;
      const text = pending === '' ? line : `${pending}\n${line}`;
      pending = unfinished(text) ? text : '';
      if (pending !== '') return;
      const before = incident.over();
      run(text);
      keep(!before && score().recovered !== undefined);
      if (incident.over()) say(['', ...incident.debrief(lang)]);
    },
    prompt,
    forget() {
      pending = '';
      out('\n');
      prompt();
    },
    over: incident.over,
    left: () => session.shells().get(1)?.ended === true,
    score,
    result: () => incident.result(lang),
  };
}
