// A drill under way, with a screen or without: its page, its words, its score, and what is told when it is over.

import { between, type TimeMs } from '../../../sandbox/time/units.ts';
import type { Language } from '../../i18n/language.ts';
import { tell } from '../../i18n/say.ts';
import type { Session } from '../../session/session.ts';
import { begunAt, runnerOf } from '../begin.ts';
import type { RunnerEvent } from '../events.ts';
import { eventLines, goalLine, sceneLines } from '../plain.ts';
import { type Points, pointsOf } from '../points.ts';
import type { Runner } from '../runner.ts';
import type { IncidentProgress } from '../saved.ts';
import { handleWord } from '../words.ts';
import type { Drill } from './drill.ts';
import { clock, newScore, resultLines, type Score, withCause, withEvents } from './score.ts';

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
  /** What has to outlive the program; nothing once it is over. */
  progress(): IncidentProgress | undefined;
}

/** Something that the learner typed, or that an event of the cluster says. */
interface Happened {
  /** Milliseconds of the cluster's time since the session began. */
  readonly at: number;
  readonly who: 'you' | string;
  readonly what: string;
}

/** `day` of a daily drill; `saved`: what was kept when it was left; `happened`: everything, in the order of time. */
export interface IncidentOptions {
  readonly happened?: () => readonly Happened[];
  readonly day?: string | undefined;
  readonly saved?: IncidentProgress | undefined;
}

/** The session stands at the moment at which the page comes, or at which the incident was left. */
export function beginIncident(
  drill: Drill,
  session: Session,
  { day, saved, happened = () => [] }: IncidentOptions = {},
): Incident {
  const { file, lesson } = drill;
  const whole = runnerOf(lesson, session, saved?.runner);
  let score = saved?.score ?? newScore(begunAt(session) ?? session.now());
  let endedAt = score.recovered;
  let earned: Points | undefined;

  /** What must not be touched would tell where to look, until it has been. */
  const runner: Runner = {
    ...whole,
    goals: () => whole.goals().filter(({ state }) => state !== 'guard'),
    update(options) {
      const events = whole.update(options);
      score = withEvents(score, events, session.now());
      if (score.recovered !== undefined) end(score.recovered);
      return events;
    },
  };
  const diagnose = (object: string, lang: Language): readonly string[] => {
    const before = score.misnamed;
    score = withCause(score, drill, object, session.now());
    return [tell(lang, score.misnamed > before ? 'drill.notIt' : 'drill.itIs', { object })];
  };
  const elapsed = (): number => between(score.begun, endedAt ?? session.now());
  const points = (): Points => earned ?? pointsOf(lesson.goals, whole.goals());
  /** What comes later changes nothing of how it went. */
  const end = (at: TimeMs): void => {
    endedAt ??= at;
    earned ??= points();
  };
  const giveUp = (): void => end(session.now());
  /** What the learner looked at and did, beside what happened, from the page to the end. */
  const course = (lang: Language): readonly string[] => {
    const page = between(session.beginning.startTime, score.begun);
    const lines = happened()
      .map((one) => ({ ...one, at: one.at - page }))
      .filter(({ at }) => at >= 0 && at <= elapsed())
      .slice(-HAPPENED_MAX)
      .map(({ at, who, what }) => {
        const [first = ''] = what.split('\n');
        return `  ${clock(at).padStart(5)}  ${who === 'you' ? tell(lang, 'drill.you', {}) : who}  ${first}`;
      });
    return lines.length === 0 ? [] : [tell(lang, 'drill.happened', {}), ...lines];
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
        ...course(lang),
      ];
    },
    result: (lang) => resultLines(score, drill, { points: points(), day }, lang),
    progress() {
      if (endedAt !== undefined) return undefined;
      return { seed: drill.seed, ...(day === undefined ? {} : { day }), score, runner: whole.progress() };
    },
  };
}

/** No more lines are told of what happened: the last ones. */
const HAPPENED_MAX = 60;

/** Words of a lesson that an incident has no use for. */
const UNFIT: ReadonlySet<string> = new Set(['next', 'undo', 'help', 'restart', 'predict']);
