// What the machine, and the kubelet's own clocks, tell a kubelet: containers that ended, images that came, commands and
// probes that are over.

import type { Client } from '../client/client.ts';
import { quote } from '../kube/go/text.ts';
import type { Forwarded } from '../machine/net/fetch.ts';
import type { Probed } from '../machine/probe.ts';
import type { ContainerExited, ExecEnded } from '../machine/runtime/endings.ts';
import type { ExecFinished } from '../machine/runtime/execsync.ts';
import type { ImagePulled } from '../machine/runtime/pulls.ts';
import type { Work } from '../time/loop.ts';
import { type HookKey, hookFailure } from './containers/hooks.ts';
import { pullEnded } from './containers/images.ts';
import { killEnded, preStopped } from './containers/killing.ts';
import { endAttached, execEnded, forwarded, pumpSession, type SessionRead } from './door/sessions.ts';
import type { Kubelet } from './kubeletcontext.ts';
import { markChanged } from './looking.ts';
import { type ProbeKey, type ProbeOutcome, probeEnded } from './probes.ts';
import { findContainer } from './spec.ts';
import type { Answer, PodRecord, ProbeResult, ProbeType } from './state.ts';
import { setContainer } from './status/readiness.ts';
import { advance, requestSync } from './worker.ts';

interface Slept {
  readonly kind: 'slept';
  readonly key: HookKey;
}

interface ProbeChanged {
  readonly kind: 'probe-result';
  readonly uid: string;
  readonly type: ProbeType;
  readonly id: string;
  readonly result: ProbeResult;
}

/** What is told, by its kind. */
export type Told =
  | ContainerExited
  | ExecEnded
  | Forwarded
  | SessionRead
  | ImagePulled
  | ExecFinished
  | Probed
  | Slept
  | ProbeChanged;

export function* handleTold(kubelet: Kubelet, what: Told, client: Client): Work<void> {
  switch (what.kind) {
    case 'container-exited':
      containerExited(kubelet, what);
      return;
    case 'image-pulled':
      yield* imagePulled(kubelet, what, client);
      return;
    case 'exec-finished':
      yield* execFinished(kubelet, what, client);
      return;
    case 'probed':
      yield* probed(kubelet, what, client);
      return;
    case 'exec-ended':
      execEnded(kubelet, what);
      return;
    case 'session':
      pumpSession(kubelet, what.session);
      return;
    case 'forwarded':
      forwarded(kubelet, what);
      return;
    case 'slept':
      yield* hookEnded(kubelet, what.key, { ok: true, text: '' }, client);
      return;
    case 'probe-result':
      yield* probeChanged(kubelet, what, client);
      return;
    default:
      what satisfies never;
  }
}

function containerExited(kubelet: Kubelet, { container }: ContainerExited): void {
  const state = kubelet.state();
  const record = state.pods.get(state.owners.get(container) ?? '');
  if (record === undefined) return;
  endAttached(kubelet, container);
  markChanged(kubelet, record);
  killEnded(kubelet, record, container);
}

function* imagePulled(kubelet: Kubelet, what: ImagePulled, client: Client): Work<void> {
  const pull = pullEnded(kubelet, what.key);
  const record = pull && kubelet.state().pods.get(pull.uid);
  if (record === undefined || pull === undefined) return;
  const answer: Answer = what.ok
    ? { ok: true, text: '', took: what.took, size: what.size, waited: pull.waited, logins: pull.logins }
    : { ok: false, text: what.message };
  yield* answerStep(kubelet, record, pull.wait, answer, client);
}

/** The step that waits under this number goes on with what it waited for. */
function* answerStep(kubelet: Kubelet, record: PodRecord, wait: number, answer: Answer, client: Client): Work<void> {
  if (!record.working || record.wait !== wait) return;
  record.answer = answer;
  yield* advance(kubelet, record, client);
}

type Key = HookKey | ProbeKey;

/** What has come of a probe needs no turn of its own: there are many, and few of them change anything. True when it was one. */
export function tellProbe(kubelet: Kubelet, what: Told): boolean {
  if (what.kind !== 'probed' && what.kind !== 'exec-finished') return false;
  const key = what.key as Key;
  if (key.use !== 'probe') return false;
  const record = kubelet.state().pods.get(key.uid);
  if (record === undefined) return true;
  const outcome = what.kind === 'probed' ? what : execOutcome(record, key, what);
  probeEnded(kubelet, record, key, outcome);
  return true;
}

function* execFinished(kubelet: Kubelet, { key, outcome, status, output }: ExecFinished, client: Client): Work<void> {
  const ok = outcome === 'exited' && status === 0;
  const text = ok ? '' : failureText(kubelet, key as HookKey, output, outcome === 'exited' ? status : undefined);
  yield* hookEnded(kubelet, key as HookKey, { ok, text }, client);
}

function execOutcome(record: PodRecord, key: ProbeKey, { outcome, status, output }: ExecFinished): ProbeOutcome {
  if (outcome === 'exited') return { result: status === 0 ? 'success' : 'failure', output };
  if (outcome === 'failed')
    return { result: 'errored', output: `rpc error: code = Unknown desc = failed to exec in container: ${output}` };
  const [name = '', type = ''] = key.probe.split('/');
  const container = findContainer(record.pod, name)?.container;
  const probe =
    { startup: container?.startupProbe, readiness: container?.readinessProbe }[type] ?? container?.livenessProbe;
  return {
    result: 'failure',
    output: `command timed out: ${quote((probe?.exec?.command ?? []).join(' '))} timed out after ${probe?.timeoutSeconds ?? 1}s`,
  };
}

function* probed(kubelet: Kubelet, { key, result, output }: Probed, client: Client): Work<void> {
  const ok = result !== 'failure';
  const text = ok ? '' : failureText(kubelet, key as HookKey, output, undefined);
  yield* hookEnded(kubelet, key as HookKey, { ok, text }, client);
}

function failureText(kubelet: Kubelet, key: HookKey, output: string, status: number | undefined): string {
  const record = kubelet.state().pods.get(key.uid);
  const [step] = record?.steps ?? [];
  const name = step?.do === 'post-start' ? step.container : '';
  const container = record && findContainer(record.pod, name)?.container;
  const hook = container?.lifecycle?.postStart;
  if (record === undefined || container === undefined || hook === undefined) return output;
  return hookFailure(record, { container, hook }, output, status);
}

function* hookEnded(kubelet: Kubelet, key: HookKey, answer: Answer, client: Client): Work<void> {
  const record = kubelet.state().pods.get(key.uid);
  if (record === undefined) return;
  if (key.use === 'pre-stop') preStopped(kubelet, record, key.container, answer.ok);
  else yield* answerStep(kubelet, record, key.wait, answer, client);
}

function* probeChanged(kubelet: Kubelet, { uid, type, id, result }: ProbeChanged, client: Client): Work<void> {
  const record = kubelet.state().pods.get(uid);
  if (record === undefined) return;
  if (type === 'readiness') setContainer(kubelet, record, id, 'ready', result === 'success');
  else if (type === 'startup') setContainer(kubelet, record, id, 'started', result === 'success');
  yield* requestSync(kubelet, record, record.causes, client);
}
