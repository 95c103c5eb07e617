// Checks of the kind `request`: asking by HTTP from somewhere, counting who answered. They run on a copy of the cluster.

import { phrase, type Words } from '../i18n/say.ts';
import type { Origin, RequestCheck } from './check.ts';
import type { Ground } from './ground.ts';
import { lastLine, shellWord } from './script.ts';
import { fails, fits, type Verdict } from './verdict.ts';

/** How long the script around the requests may take beside them, of cluster time. */
const SCRIPT_MS = 120_000;
/** How long one request may take. */
const REQUEST_MS = 3000;
/** Requests in one command line; where only Pods are counted, a few at a time until enough have answered. */
const BATCH = 10;

/** What stands before an answer that came, and behind each try. */
const ANSWERED = '\u0002';
const END_OF_TRY = '\u0003';

export function judgeRequest(check: RequestCheck, { session, look }: Ground): Verdict {
  const { from, times, failures, pods } = check;
  const expected = requestExpectation(check);
  if (from.kind === 'pod' && look.objects({ kind: 'Pod', name: from.name, namespace: from.namespace }).length === 0)
    return fails(expected, phrase('request.noPod', { name: from.name }));
  const { tries, answers, problem } = ask(check, session);
  if (tries - answers.length > failures)
    return fails(expected, phrase('request.failed', { ok: answers.length, times, problem }));
  const spread = spreadProblem(check, answers);
  if (spread !== undefined) return spread;
  if (pods === undefined) return fits(expected, phrase('request.result', { ok: answers.length, times }));
  const names = podsIn(answers, check.podLabel);
  const actual = phrase('request.podsAre', { n: names.length, list: names.join(', ') });
  const wanted = phrase('request.pods', { n: pods });
  return names.length >= pods ? fits(wanted, actual) : fails(wanted, actual);
}

/** How evenly, and what part of the answers; undefined when that is as asked, or isn't asked. */
function spreadProblem({ evenly, share, podLabel }: RequestCheck, answers: readonly string[]): Verdict | undefined {
  const percent = (n: number): number => Math.round((n * 100) / Math.max(1, answers.length));
  if (share !== undefined) {
    const part = percent(answers.filter((answer) => answer.includes(share.text)).length);
    const { min, max } = share.percent;
    if (part < min || part > max)
      return fails(
        phrase('request.share', { text: share.text, min, max: Math.min(max, 100) }),
        phrase('request.shareIs', { text: share.text, percent: part }),
      );
  }
  if (evenly === undefined) return undefined;
  const counts = podsIn(answers, podLabel).map((pod) => answers.filter((one) => podIn(one, podLabel) === pod).length);
  const apart = percent(Math.max(0, ...counts)) - percent(Math.min(answers.length, ...counts));
  if (apart <= evenly) return undefined;
  return fails(phrase('request.evenly', { percent: evenly }), phrase('request.evenlyIs', { percent: apart }));
}

interface Answers {
  readonly tries: number;
  readonly answers: readonly string[];
  /** What the first request that failed was told. */
  readonly problem: string;
}

/** Sends the requests, no more than are needed to know. */
function ask(check: RequestCheck, session: Ground['session']): Answers {
  const { times, pods, evenly, share, podLabel, failures } = check;
  const countsOnly = pods !== undefined && evenly === undefined && share === undefined;
  const answers: string[] = [];
  let tries = 0;
  let problem = '';
  while (tries < times) {
    const sent = askSome(check, session, countsOnly ? Math.min(BATCH, times - tries) : times);
    tries += sent.tries;
    answers.push(...sent.answers);
    if (problem === '') problem = sent.problem;
    if (tries - answers.length > failures || (countsOnly && podsIn(answers, podLabel).length >= pods)) break;
  }
  return { tries, answers, problem };
}

/** So many requests, one after the other. */
export function askSome(check: RequestCheck, session: Ground['session'], n: number): Answers {
  const script = requestLoop(check, n, check.every)(check.from);
  const { output } = session.exec(script, SCRIPT_MS + n * (check.every + REQUEST_MS));
  const parts = output.split(END_OF_TRY).slice(0, -1);
  const good = parts.filter((part) => isGood(part, check));
  const bad = parts.find((part) => !good.includes(part));
  const problem = good.length < n ? lastLine(bad?.replaceAll(ANSWERED, '') ?? output) : '';
  return { tries: n, answers: good, problem };
}

function isGood(part: string, { status, contains }: RequestCheck): boolean {
  const answered = part.startsWith(ANSWERED);
  const asWanted = status === undefined || status < 300 ? answered : !answered && part.includes(` ${status} `);
  return asWanted && (contains === undefined || part.includes(contains));
}

/** The Pods that answered, by name. */
function podsIn(answers: readonly string[], label: string): readonly string[] {
  return [...new Set(answers.flatMap((answer) => podIn(answer, label) ?? []))].sort();
}

/** The Pod that says `pod: NAME` (or `pod NAME`, `pod=NAME`) in its answer. */
function podIn(answer: string, label: string): string | undefined {
  const at = answer.toLowerCase().indexOf(label.toLowerCase());
  if (at < 0) return undefined;
  return /^[\s:="]*([a-z0-9][a-z0-9.-]*)/.exec(answer.slice(at + label.length, at + label.length + 300))?.[1];
}

export function requestExpectation({ from, url, times, failures }: RequestCheck): Words {
  const place = from.kind === 'workstation' ? from.kind : from.name;
  return failures === 0
    ? phrase('request.expected', { from: place, url, times })
    : phrase('request.expectedSome', { from: place, url, times, failures });
}

type Request = Pick<RequestCheck, 'url' | 'headers'> & { readonly post?: string };

/** So many requests as one command line, from wherever. busybox's wget is in every image that can be asked from. */
export function requestLoop({ url, headers, post }: Request, times: number, everyMs: number): (from: Origin) => string {
  const body = post === undefined ? '' : `--post-data=${shellWord(post)} `;
  const head = [...headers].map(([name, value]) => `--header ${shellWord(`${name}: ${value}`)} `).join('');
  const one = `answer=$(wget -q -O - -T 2 ${head}${body}${shellWord(url)} 2>&1) && printf '\\002'; printf '%s\\003' "$answer"`;
  const loop = `i=0; while [ $i -lt ${times} ]; do ${one}; i=$((i+1)); sleep ${everyMs / 1000}; done`;
  return (from) => at(from, loop);
}

/** The script as it is run at a place. */
function at(from: Origin, script: string): string {
  switch (from.kind) {
    case 'workstation':
      return script;
    case 'pod': {
      const { name, namespace, container } = from;
      const of = container === undefined ? '' : `-c ${shellWord(container)} `;
      return `kubectl exec -n ${shellWord(namespace)} ${shellWord(name)} ${of}-- sh -c ${shellWord(script)}`;
    }
    case 'node':
      return `${probeOn(from.name)}; kubectl exec k8s-learn-probe -- sh -c ${shellWord(script)}`;
  }
}

/** A Pod in the node's own network: nodes have no programs that could ask. */
function probeOn(node: string): string {
  const overrides = {
    spec: { nodeName: node, hostNetwork: true, tolerations: [{ operator: 'Exists' }] },
  };
  const made = `kubectl run k8s-learn-probe --image=learn/client:1.0 --overrides=${shellWord(JSON.stringify(overrides))} --command -- sleep 1000000`;
  return `${made} >/dev/null 2>&1; kubectl wait --for=condition=Ready pod/k8s-learn-probe --timeout=60s >/dev/null`;
}
