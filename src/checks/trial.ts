// Checks that act: requests, commands, disturbances, waiting. They run on a copy of the cluster, so that they leave no
// trace in the learner's own.

import { after, between, durationMs } from '../../sandbox/time/units.ts';
import { duration, phrase, type Words } from '../i18n/say.ts';
import type {
  Act,
  Check,
  DisturbCheck,
  ExecCheck,
  LogsCheck,
  Origin,
  RequestCheck,
  SettledCheck,
  WithinCheck,
} from './check.ts';
import { copyOf, type Ground } from './ground.ts';
import type { Judge } from './judge.ts';
import { fails, fits, type Verdict } from './verdict.ts';

/** How long a single command of a check may take, of cluster time. */
const COMMAND_MS = 120_000;

/** In what steps a copy is looked at while its time passes. */
const STEP_MS = 500;

/** Judges on a copy; says so when it may not, or when none can be made. */
export function onCopy<C extends Check>(check: C, ground: Ground, act: (check: C, copy: Ground) => Verdict): Verdict {
  if (!ground.mayTry) return { ...fails(expectationOf(check), phrase('untried.waiting', {})), untried: true };
  const copy = copyOf(ground);
  if (copy === undefined) return { ...fails(expectationOf(check), phrase('untried.busy', {})), untried: true };
  return act(check, copy);
}

/** What is expected, as far as it can be said without trying. */
function expectationOf(check: Check): Words {
  switch (check.kind) {
    case 'request':
      return requestExpectation(check);
    case 'logs':
      return phrase('logs.expected', { subject: check.pod, text: check.contains });
    case 'exec':
      return execExpectation(check);
    case 'disturb':
      return check.says ?? phrase('disturb.expected', { what: whatOf(check), text: expectationOf(check.check) });
    case 'within':
      return phrase('within.expected', { text: expectationOf(check.check), time: duration(check.ms) });
    default:
      return check.says ?? '';
  }
}

export function judgeLogs(check: LogsCheck, { session }: Ground): Verdict {
  const { pod, namespace, container, previous, contains } = check;
  const flags = [container === undefined ? '' : `-c ${quoted(container)}`, previous ? '-p' : ''].join(' ');
  const { output } = session.exec(`kubectl logs -n ${quoted(namespace)} ${quoted(pod)} ${flags}`, COMMAND_MS);
  const expected = expectationOf(check);
  return output.includes(contains)
    ? fits(expected, phrase('logs.found', { subject: pod }))
    : fails(expected, phrase('logs.lacking', { subject: pod }));
}

export function judgeExec(check: ExecCheck, { session }: Ground): Verdict {
  const expected = execExpectation(check);
  const { status, output } = session.exec(check.run, COMMAND_MS);
  if (status === undefined) return fails(expected, phrase('exec.endless', { time: duration(COMMAND_MS) }));
  const actual = phrase('exec.actual', { status, text: lastLine(output) });
  const ok = status === check.status && (check.contains === undefined || output.includes(check.contains));
  return ok ? fits(expected, actual) : fails(expected, actual);
}

function execExpectation({ run: command, status, contains }: ExecCheck): Words {
  if (contains === undefined) return phrase('exec.expected', { command, status });
  return phrase('exec.expectedOutput', { command, text: contains });
}

export function judgeRequest(check: RequestCheck, { session, look }: Ground): Verdict {
  const { from, times, failures, pods } = check;
  const expected = requestExpectation(check);
  if (from.kind === 'pod' && look.objects({ kind: 'Pod', name: from.name, namespace: from.namespace }).length === 0)
    return fails(expected, phrase('request.noPod', { name: from.name }));
  const { tries, answers, problem } = ask(check, session);
  if (tries - answers.length > failures)
    return fails(expected, phrase('request.failed', { ok: answers.length, times, problem }));
  if (pods === undefined) return fits(expected, phrase('request.result', { ok: answers.length, times }));
  const names = podsIn(answers, check.podLabel);
  const actual = phrase('request.podsAre', { n: names.length, list: names.join(', ') });
  const wanted = phrase('request.pods', { n: pods });
  return names.length >= pods ? fits(wanted, actual) : fails(wanted, actual);
}

interface Answers {
  readonly tries: number;
  readonly answers: readonly string[];
  /** What the first request that failed was told. */
  readonly problem: string;
}

/** Requests in one command line; where only Pods are counted, a few at a time until enough have answered. */
const BATCH = 10;

/** Sends the requests, no more than are needed to know. */
function ask(check: RequestCheck, session: Ground['session']): Answers {
  const { times, every, contains, pods, podLabel, failures } = check;
  const answers: string[] = [];
  let tries = 0;
  let problem = '';
  while (tries < times) {
    const n = pods === undefined ? times : Math.min(BATCH, times - tries);
    const { output } = session.exec(requestScript(check, n), COMMAND_MS + n * (every + REQUEST_MS));
    const parts = output.split(END_OF_TRY).slice(0, -1);
    const good = parts.filter(
      (part) => part.startsWith(ANSWERED) && (contains === undefined || part.includes(contains)),
    );
    tries += n;
    answers.push(...good);
    if (good.length < n && problem === '') problem = lastLine(parts.find((part) => !good.includes(part)) ?? output);
    if (tries - answers.length > failures || (pods !== undefined && podsIn(answers, podLabel).length >= pods)) break;
  }
  return { tries, answers, problem };
}

/** The Pods that answered, by name. */
function podsIn(answers: readonly string[], label: string): readonly string[] {
  return [...new Set(answers.flatMap((answer) => podIn(answer, label) ?? []))].sort();
}

function requestExpectation({ from, url, times, failures }: RequestCheck): Words {
  const place = from.kind === 'pod' ? from.name : from.kind;
  return failures === 0
    ? phrase('request.expected', { from: place, url, times })
    : phrase('request.expectedSome', { from: place, url, times, failures });
}

/** What stands before an answer that came, and behind each try. */
const ANSWERED = '\u0002';
const END_OF_TRY = '\u0003';
/** How long one request may take. */
const REQUEST_MS = 3000;

/** So many requests as one command line. busybox's wget is in every image that can be asked from. */
function requestScript({ from, url, post, every }: RequestCheck, times: number): string {
  const body = post === undefined ? '' : `--post-data=${quoted(post)} `;
  const one = `answer=$(wget -q -O - -T 2 ${body}${quoted(url)} 2>&1) && printf '\\002'; printf '%s\\003' "$answer"`;
  const loop = `i=0; while [ $i -lt ${times} ]; do ${one}; i=$((i+1)); sleep ${every / 1000}; done`;
  return from.kind === 'workstation' ? loop : `${podPrefix(from)} sh -c ${quoted(loop)}`;
}

function podPrefix({ name, namespace, container }: Extract<Origin, { kind: 'pod' }>): string {
  const of = container === undefined ? '' : `-c ${quoted(container)} `;
  return `kubectl exec -n ${quoted(namespace)} ${quoted(name)} ${of}--`;
}

/** The Pod that says `pod: NAME` (or `pod NAME`, `pod=NAME`) in its answer. */
function podIn(answer: string, label: string): string | undefined {
  const at = answer.toLowerCase().indexOf(label.toLowerCase());
  if (at < 0) return undefined;
  return /^[\s:="]*([a-z0-9][a-z0-9.-]*)/.exec(answer.slice(at + label.length, at + label.length + 300))?.[1];
}

export function judgeDisturb(check: DisturbCheck, copy: Ground, judge: Judge): Verdict {
  const what = whatOf(check);
  for (const act of check.acts) {
    const problem = carryOut(act, copy);
    if (problem !== undefined) return fails(expectationOf(check), phrase('disturb.failed', { what, problem }));
  }
  const { ok, expected, actual, because } = judge(check.check, copy);
  const wanted = phrase('disturb.expected', { what, text: expected });
  const found = phrase('disturb.actual', { what, text: actual });
  return ok ? fits(wanted, found) : fails(wanted, found, because);
}

function carryOut(act: Act, { session }: Ground): string | undefined {
  if (act.kind === 'advance') {
    session.advance(act.ms);
    return undefined;
  }
  const { status, output } = session.exec(act.run, COMMAND_MS);
  return status === 0 ? undefined : lastLine(output);
}

function whatOf({ what, acts }: DisturbCheck): Words {
  if (what !== undefined) return what;
  const [first] = acts;
  if (first === undefined) return '';
  return first.kind === 'exec' ? `\`${first.run}\`` : phrase('disturb.advance', { time: duration(first.ms) });
}

/** Lets a copy's time pass until the check holds. */
export function judgeWithin(check: WithinCheck, copy: Ground, judge: Judge): Verdict {
  const { session } = copy;
  const end = after(session.now(), durationMs(check.ms));
  let verdict = judge(check.check, copy);
  while (!verdict.ok && session.now() < end) {
    session.advance(Math.min(STEP_MS, between(session.now(), end)));
    verdict = judge(check.check, copy);
  }
  const time = duration(check.ms);
  const expected = phrase('within.expected', { text: verdict.expected, time });
  if (verdict.ok) return fits(expected, verdict.actual);
  return fails(expected, phrase('within.actual', { time, text: verdict.actual }), verdict.because);
}

/** On a copy nothing was watched before: its time passes, and the state has to stay. */
export function settleOnCopy(check: SettledCheck, ground: Ground, judge: Judge, expected: Words): Verdict {
  const copy = copyOf(ground);
  if (copy === undefined) return { ...fails(expected, phrase('untried.busy', {})), untried: true };
  for (let held = 0; held < check.for; held += STEP_MS) {
    copy.session.advance(STEP_MS);
    const verdict = judge(check.check, copy);
    if (!verdict.ok) return { ...verdict, expected };
  }
  return fits(expected, phrase('settled.actual', { time: duration(check.for) }));
}

function lastLine(output: string): string {
  const lines = output.trimEnd().split('\n');
  return (lines[lines.length - 1] ?? '').slice(0, 200);
}

/** A word for the shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
