// How a drill went: when the cause was named, when the cluster was well again, what was harmed on the way.

import { between, type TimeMs } from '../../../sandbox/time/units.ts';
import type { Language } from '../../i18n/language.ts';
import { tell } from '../../i18n/say.ts';
import type { RunnerEvent } from '../events.ts';
import type { Points } from '../points.ts';
import type { Drill } from './drill.ts';

export interface Score {
  readonly begun: TimeMs;
  /** When the right cause was named first. */
  readonly named: TimeMs | undefined;
  readonly misnamed: number;
  readonly recovered: TimeMs | undefined;
  /** Guards that fell: what was not to be touched. */
  readonly harmed: readonly string[];
  /** Wrong repairs that were recognised. */
  readonly mistakes: readonly string[];
  readonly hints: number;
}

export function newScore(begun: TimeMs): Score {
  return { begun, named: undefined, misnamed: 0, recovered: undefined, harmed: [], mistakes: [], hints: 0 };
}

/** `diagnose KIND/NAME`. */
export function withCause(score: Score, { file }: Drill, named: string, now: TimeMs): Score {
  if (!isCause(file.cause, named)) return { ...score, misnamed: score.misnamed + 1 };
  return { ...score, named: score.named ?? now };
}

/** Kinds may be shortened, and end in an s. */
export function isCause(causes: readonly string[], named: string): boolean {
  const [kind = '', name = ''] = named.normalize('NFKC').toLowerCase().split('/');
  return causes.some((cause) => {
    const [wanted = '', called = ''] = cause.toLowerCase().split('/');
    const short = SHORT[kind] ?? kind.replace(/s$/, '');
    return name === called && (short === wanted || short === wanted.replace(/s$/, ''));
  });
}

const SHORT: Readonly<Record<string, string>> = {
  svc: 'service',
  deploy: 'deployment',
  cm: 'configmap',
  netpol: 'networkpolicy',
  networkpolicies: 'networkpolicy',
  po: 'pod',
  ds: 'daemonset',
  sts: 'statefulset',
  no: 'node',
};

/** What the runner has told. */
export function withEvents(score: Score, events: readonly RunnerEvent[], now: TimeMs): Score {
  let next = score;
  for (const event of events) next = withEvent(next, event, now);
  return next;
}

function withEvent(score: Score, event: RunnerEvent, now: TimeMs): Score {
  if (event.kind === 'done') return { ...score, recovered: score.recovered ?? now };
  if (event.kind === 'goal-lost' && event.goal.guard === true)
    return { ...score, harmed: withId(score.harmed, event.goal.id) };
  if (event.kind === 'diagnosis') return { ...score, mistakes: withId(score.mistakes, event.diagnosis.id) };
  return score;
}

function withId(ids: readonly string[], id: string): readonly string[] {
  return ids.includes(id) ? ids : [...ids, id];
}

/** What is told beside the score. */
export interface Told {
  readonly points: Points;
  /** Of a daily drill. */
  readonly day?: string | undefined;
}

/** Three lines that can be pasted. */
export function resultLines(
  score: Score,
  { file, seed }: Drill,
  { points, day }: Told,
  lang: Language,
): readonly string[] {
  const { begun, named, recovered, harmed, mistakes, misnamed, hints } = score;
  const since = (at: TimeMs | undefined): string => (at === undefined ? '-' : clock(between(begun, at)));
  const again = day === undefined ? `k8s-learn drill ${file.id} --seed ${seed}` : 'k8s-learn drill --daily';
  return [
    `k8s-learn drill ${day === undefined ? '' : `${day} `}${file.id} ${file.title[lang]}`,
    `${tell(lang, 'drill.cause', {})} ${since(named)}${misnamed === 0 ? '' : ` (✗${misnamed})`}  ${tell(lang, 'drill.recovered', {})} ${since(recovered)} (${tell(lang, 'drill.par', {})} ${file.par}:00)  ${tell(lang, 'drill.harm', {})} ${harmed.length}  ${tell(lang, 'points', { ...points })}`,
    `${marks({ named, recovered, harmed, mistakes, hints }, begun, file.par)}  ${again}`,
  ];
}

/** Cause, recovery, within par, no harm, no wrong repair, no hint: one mark each. */
function marks(
  { named, recovered, harmed, mistakes, hints }: Pick<Score, 'named' | 'recovered' | 'harmed' | 'mistakes' | 'hints'>,
  begun: TimeMs,
  par: number,
): string {
  const good = [
    named !== undefined,
    recovered !== undefined,
    recovered !== undefined && between(begun, recovered) <= par * 60_000,
    recovered !== undefined && harmed.length === 0,
    recovered !== undefined && mistakes.length === 0,
    recovered !== undefined && hints === 0,
  ];
  return good.map((one) => (one ? '■' : '□')).join('');
}

/** `4:05` */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
