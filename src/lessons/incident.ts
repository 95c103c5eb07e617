// A drill under way, with a screen or without: its page, its words, its score, and what is told when it is over.

import { between } from '../../sandbox/time/units.ts';
import type { Language } from '../i18n/language.ts';
import { tell } from '../i18n/say.ts';
import type { Session } from '../session/session.ts';
import { runnerOf } from './begin.ts';
import type { Drill } from './drill.ts';
import { clock, newScore, resultLines, type Score, withCause, withEvents } from './drillscore.ts';
import type { RunnerEvent } from './events.ts';
import { eventLines, goalLine, sceneLines } from './plain.ts';
import type { Runner } from './runner.ts';
import { handleWord } from './words.ts';

export interface Incident {
  readonly drill: Drill;
  /** Counts what happens to it. */
  readonly runner: Runner;
  title(lang: Language): string;
  /** What is known when it begins. */
  page(lang: Language): readonly string[];
  /** `diagnose`, `time`, `give up` and the teacher's words; undefined when the line is for the shell. */
  word(line: string, lang: Language): readonly string[] | undefined;
  /** What the learner is to hear of what the runner has told. */
  told(events: readonly RunnerEvent[], lang: Language): readonly string[];
  giveUp(): void;
  /** Recovered, or given up. */
  over(): boolean;
  score(): Score;
  /** Milliseconds of the cluster's time since the page came, until it was over. */
  elapsed(): number;
  /** What happened, what was to blame, what would have told. */
  debrief(lang: Language): readonly string[];
  /** Three lines to paste. */
  result(lang: Language): readonly string[];
}

/** The session stands at the moment at which the page comes. `day` of a daily drill. */
export function beginIncident(drill: Drill, session: Session, day?: string): Incident {
  const { file, lesson } = drill;
  const whole = runnerOf(lesson, session);
  let score = newScore(session.now());
  let endedAt = score.recovered;

  /** What must not be touched would tell where to look, until it has been. */
  const runner: Runner = {
    ...whole,
    goals: () => whole.goals().filter(({ state }) => state !== 'guard'),
    update(options) {
      const events = whole.update(options);
      score = withEvents(score, events, session.now());
      endedAt ??= score.recovered;
      return events;
    },
  };
  const diagnose = (object: string, lang: Language): readonly string[] => {
    const before = score.misnamed;
    score = withCause(score, drill, object, session.now());
    return [tell(lang, score.misnamed > before ? 'drill.notIt' : 'drill.itIs', { object })];
  };
  const elapsed = (): number => between(score.begun, endedAt ?? session.now());
  const giveUp = (): void => {
    endedAt ??= session.now();
  };
  const taught = (line: string, name: string, lang: Language): readonly string[] | undefined => {
    const answer = handleWord(runner, line, session.now(), lang);
    if (answer === undefined) return undefined;
    if (name === 'hint') score = { ...score, hints: score.hints + 1 };
    return answer;
  };

  return {
    drill,
    runner,
    title: (lang) => `${file.id} ${file.title[lang]}`,
    page: (lang) => lesson.story[lang].scenes.slice(0, 1).flatMap(sceneLines),
    word(line, lang) {
      const [name = '', argument, ...rest] = line.normalize('NFKC').trim().split(/\s+/);
      if (rest.length > 0) return undefined;
      if (name === 'diagnose')
        return argument === undefined ? [tell(lang, 'drill.diagnose', {})] : diagnose(argument, lang);
      if (name === 'time' && argument === undefined) return [clock(elapsed())];
      if (name === 'give' && argument === 'up') {
        giveUp();
        return [];
      }
      return UNFIT.has(name) && argument === undefined ? [tell(lang, 'drill.words', {})] : taught(line, name, lang);
    },
    told: (events, lang) =>
      events
        .filter(({ kind }) => kind !== 'done' && kind !== 'step-done')
        .flatMap((event) => eventLines(runner, event, lang)),
    giveUp,
    over: () => endedAt !== undefined,
    score: () => score,
    elapsed,
    debrief(lang) {
      const { chain, alert, repeat } = file.debrief;
      const time = clock(elapsed());
      return [
        tell(lang, score.recovered === undefined ? 'drill.givenUp' : 'drill.done', { time }),
        ...whole.goals().map((goal) => goalLine(goal, lang)),
        `${tell(lang, 'drill.causeWas', {})} ${file.cause.join(', ')}`,
        chain[lang],
        ...whole.diagnoses().map(({ because }) => `? ${because[lang]}`),
        `${tell(lang, 'drill.alert', {})} ${alert[lang]}`,
        lesson.debrief.model[lang],
        ...(repeat === undefined ? [] : [tell(lang, 'drill.repeat', { lesson: repeat })]),
      ];
    },
    result: (lang) => resultLines(score, drill, day, lang),
  };
}

/** Words of a lesson that an incident has no use for. */
const UNFIT: ReadonlySet<string> = new Set(['next', 'undo', 'help', 'restart', 'predict']);
