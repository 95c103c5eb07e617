// Judging checks: one answer a kind, from what is seen and what is remembered. What has to be tried is in `trial.ts`.

import type { JsonValue } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { between } from '../../sandbox/time/units.ts';
import { duration, phrase, type Words } from '../i18n/say.ts';
import { compileExpression } from './cel.ts';
import type {
  AllCheck,
  AnswerCheck,
  AnyCheck,
  Check,
  LogsCheck,
  NotCheck,
  OnCheck,
  SeenCheck,
  SettledCheck,
  UnchangedCheck,
} from './check.ts';
import { judgeContinuity } from './continuity.ts';
import { type Ground, groundOf } from './ground.ts';
import { mismatch } from './match.ts';
import { judgeProgram } from './program.ts';
import { judgeRequest } from './requests.ts';
import { judgeCan, judgeRefused } from './rights.ts';
import { bindingsOf, judgeState, subjectOf } from './state.ts';
import { judgeAttempt, judgeCause } from './told.ts';
import { judgeDisturb, judgeExec, judgeWithin, onCopy, settleOnCopy } from './trial.ts';
import { fails, fits, type Verdict } from './verdict.ts';
import { judgeFile } from './workstation.ts';

export type Judge = (check: Check, ground: Ground) => Verdict;

export const judge: Judge = (check, ground) => {
  const verdict = judgeKind(check, ground);
  return check.says === undefined ? verdict : { ...verdict, expected: check.says };
};

function judgeKind(check: Check, ground: Ground): Verdict {
  switch (check.kind) {
    case 'state':
      return judgeState(check, ground.look);
    case 'settled':
      return judgeSettled(check, ground);
    case 'seen':
      return judgeSeen(check, ground);
    case 'answer':
      return judgeAnswer(check, ground);
    case 'workstation':
      return judgeFile(check, ground.session.file(check.file));
    case 'unchanged':
      return judgeUnchanged(check, ground);
    case 'logs':
      return judgeLogs(check, ground);
    case 'attempt':
      return judgeAttempt(check, ground);
    case 'cause':
      return judgeCause(check, ground);
    case 'continuity':
      return judgeContinuity(check, ground, judge);
    case 'can':
      return onCopy(check, ground, judgeCan);
    case 'refused':
      return onCopy(check, ground, judgeRefused);
    case 'program':
      return onCopy(check, ground, (one, copy) => judgeProgram(one, copy, judge));
    case 'request':
      return onCopy(check, ground, judgeRequest);
    case 'exec':
      return onCopy(check, ground, judgeExec);
    case 'disturb':
      return onCopy(check, ground, (one, copy) => judgeDisturb(one, copy, judge));
    case 'within':
      return judgeNow(check.check, ground) ?? onCopy(check, ground, (one, copy) => judgeWithin(one, copy, judge));
    case 'on':
      return judgeOn(check, ground);
    case 'all':
      return judgeAll(check, ground);
    case 'any':
      return judgeAny(check, ground);
    case 'not':
      return judgeNot(check, ground);
  }
}

function judgeLogs({ pod, contains, ...ref }: LogsCheck, { session }: Ground): Verdict {
  const expected = phrase('logs.expected', { subject: pod, text: contains });
  const found = session.log({ pod, ...ref })?.includes(contains) === true;
  return found
    ? fits(expected, phrase('logs.found', { subject: pod }))
    : fails(expected, phrase('logs.lacking', { subject: pod }));
}

/** What holds already need not be waited for. */
function judgeNow(check: Check, ground: Ground): Verdict | undefined {
  const verdict = judge(check, ground);
  return verdict.ok ? verdict : undefined;
}

/** What is found there is looked up there. */
function judgeOn(check: OnCheck, ground: Ground): Verdict {
  const there = groundOf(check, ground);
  const { cluster } = check;
  if (there === undefined) return { ...fails('', phrase('on.none', { cluster })), untried: true };
  return { cluster, ...judge(check.check, there) };
}

/** The cheap ones first: what must be tried is tried only when all the rest holds. */
function judgeAll({ checks }: AllCheck, ground: Ground): Verdict {
  const cheap = newVerdicts(checks, { ...ground, mayTry: false });
  const failing = cheap.filter((one) => !one.ok && one.untried === undefined);
  const verdicts = failing.length > 0 || !ground.mayTry ? cheap : newVerdicts(checks, ground);
  const bad = failing.length > 0 ? failing : verdicts.filter((one) => !one.ok);
  const [first] = bad;
  if (first !== undefined) return first;
  const last = verdicts[verdicts.length - 1];
  return fits(last?.expected ?? '', last?.actual ?? '');
}

function newVerdicts(checks: readonly Check[], ground: Ground): readonly Verdict[] {
  return checks.map((one) => judge(one, ground));
}

function judgeAny({ checks }: AnyCheck, ground: Ground): Verdict {
  const verdicts = newVerdicts(checks, ground);
  const good = verdicts.find((one) => one.ok);
  if (good !== undefined) return good;
  const [first] = verdicts;
  const expected = phrase('any.of', { list: joined(verdicts.map((one) => one.expected)) });
  const untried = verdicts.some((one) => one.untried === true);
  return { ...fails(expected, first?.actual ?? '', first?.because ?? []), ...(untried ? { untried } : {}) };
}

/** A list of words as one phrase. */
function joined(list: readonly Words[]): Words {
  const [first = '', ...rest] = list;
  return rest.reduce<Words>((text, next) => phrase('list.more', { text, next }), first);
}

function judgeNot({ check }: NotCheck, ground: Ground): Verdict {
  const verdict = judge(check, ground);
  if (verdict.untried === true) return verdict;
  const expected = phrase('not.expected', { text: verdict.expected });
  return verdict.ok ? fails(expected, verdict.actual) : fits(expected, verdict.actual);
}

function judgeSettled(check: SettledCheck, ground: Ground): Verdict {
  const inner = judge(check.check, ground);
  const expected = phrase('settled.expected', { text: inner.expected, time: duration(check.for) });
  if (!inner.ok) return { ...inner, expected };
  if (ground.copy) return settleOnCopy(check, ground, judge, expected);
  const held = ground.memory.held.get(check.at);
  const ms = held === undefined ? 0 : between(held.since, ground.session.now());
  const actual = phrase('settled.actual', { time: duration(ms) });
  if (ms >= check.for) return fits(expected, actual);
  return { ...fails(expected, actual), countdown: { held: ms, of: check.for } };
}

function judgeSeen(check: SeenCheck, { memory, look }: Ground): Verdict {
  const n = memory.seen.get(check.at)?.length ?? 0;
  const { expected: text } = judgeState(check.check, look);
  const expected =
    check.times === 1 ? phrase('seen.expected', { text }) : phrase('seen.expectedTimes', { text, n: check.times });
  if (n >= check.times) return fits(expected, phrase('seen.yes', {}));
  return fails(expected, n === 0 ? phrase('seen.never', {}) : phrase('seen.some', { n }));
}

/** Where `answer NAME VALUE` keeps what it was told. */
export function answerFile(name: string): string {
  return `.k8s-learn/answers/${name}`;
}

function judgeAnswer(check: AnswerCheck, { session, look }: Ground): Verdict {
  const { name, cel } = check;
  const expected = phrase('answer.expected', { name });
  const value = session.file(answerFile(name))?.trim();
  if (value === undefined || value === '') return fails(expected, phrase('answer.none', { name }));
  const bindings = bindingsOf(check.objects, look);
  const outcome = compileExpression(cel, bindings.keys()).evaluate(bindings);
  if ('problem' in outcome || outcome.value === null) return fails(expected, phrase('answer.unknowable', {}));
  return sameAnswer(value, String(outcome.value))
    ? fits(expected, phrase('answer.right', { value }))
    : fails(expected, phrase('answer.wrong', { value }));
}

/** Full-width letters, case and space around don't count. */
function sameAnswer(given: string, right: string): boolean {
  const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
  return plain(given) === plain(right);
}

/** What the author of an object wrote: its labels and annotations apart from kubectl's, its spec or data. */
function written(object: KubeObject): JsonValue {
  const { status: _, metadata, apiVersion: __, kind: ___, ...rest } = object as Record<string, JsonValue>;
  const { labels = null } = (metadata ?? {}) as { readonly labels?: JsonValue };
  return { labels, ...rest };
}

function judgeUnchanged(check: UnchangedCheck, { memory, look }: Ground): Verdict {
  const expected = phrase('unchanged.expected', { subject: subjectOf(check.select) });
  const now = new Map(
    look.objects(check.select).map((object) => [`${object.metadata?.namespace}/${object.metadata?.name}`, object]),
  );
  for (const [key, before] of memory.start.get(check.at) ?? []) {
    const subject = `${before.kind} ${before.metadata?.name}`;
    const found = now.get(key);
    if (found === undefined) return fails(expected, phrase('unchanged.gone', { subject }));
    if (found.metadata?.uid !== before.metadata?.uid) return fails(expected, phrase('unchanged.new', { subject }));
    const differs = mismatch(written(before), written(found)) ?? mismatch(written(found), written(before));
    if (differs !== undefined) return fails(expected, phrase('unchanged.changed', { subject, path: differs.path }));
  }
  return fits(expected, phrase('unchanged.same', {}));
}
