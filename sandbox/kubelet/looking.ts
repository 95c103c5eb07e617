// How a kubelet learns what has become of containers: it looks at the runtime each second, and at one pod at once after
// it has started something there. Rounds that could see nothing new cost nothing.

import { textOf } from '../machine/bytes.ts';
import { durationMs, timeMs } from '../time/units.ts';
import type { Kubelet } from './kubeletcontext.ts';
import { NOTHING_SEEN, type PodRecord, type RuntimePod, type SeenContainer } from './state.ts';

const PERIOD_MS = 1000;
const HALF_MS = PERIOD_MS / 2;
const MESSAGE_MAX = 4096;
const LOG_TAIL_LINES = 80;
const LOG_TAIL_BYTES = 2048;

/** Asks for the next round: a second after the last, or half of one from now, as it comes on average. */
export function lookSoon(kubelet: Kubelet): void {
  const state = kubelet.state();
  if (state.lookAt !== undefined) return;
  const at = Math.max(state.lookedAt + PERIOD_MS, kubelet.now() + HALF_MS);
  state.lookAt = timeMs(at);
  kubelet.port.post({ do: 'look' }, durationMs(at - kubelet.now()), []);
}

/** Whether the runtime was looked at for this pod since its last sync. Rounds that nobody has asked for count as made. */
export function wasLookedAt(kubelet: Kubelet, { syncedAt, seenAt }: PodRecord): boolean {
  return Math.max(seenAt, kubelet.state().lookedAt) > syncedAt || kubelet.now() - syncedAt >= PERIOD_MS;
}

/** Something of this pod has changed in the runtime; the next round will see it. */
export function markChanged(kubelet: Kubelet, record: PodRecord): void {
  kubelet.state().changed.add(record.uid);
  lookSoon(kubelet);
}

/** Looks at one pod. True when a container, or its sandbox, is in another state than before. */
export function lookAt(kubelet: Kubelet, record: PodRecord): boolean {
  const before = record.seen;
  record.seen = seenNow(kubelet, record);
  record.seenAt = kubelet.now();
  kubelet.state().changed.delete(record.uid);
  return !sameStates(before, record.seen);
}

/** The pod as the runtime has it at this moment. */
export function seenNow(kubelet: Kubelet, record: PodRecord): RuntimePod {
  const { runtime } = kubelet;
  const last = record.sandboxes.at(-1);
  if (last === undefined) return NOTHING_SEEN;
  const status = runtime.sandbox(last.id);
  const ready = status?.ready === true;
  const ips = ready && !status.hostNetwork ? status.addresses : [];
  const containers: SeenContainer[] = [];
  for (const { id, name, restartCount, ...record_ } of record.containers) {
    const container = runtime.container(id);
    if (container === undefined) continue;
    const known = record.seen.containers.find((one) => one.status.id === id && one.status.state === 'exited');
    const message = known?.message ?? (container.state === 'exited' ? lastWords(kubelet, container, record_) : '');
    containers.push({ name, restartCount, status: container, message });
  }
  return {
    ips: ips.length > 0 || ready ? ips : record.seen.ips,
    sandbox: { id: last.id, ready, attempt: last.attempt },
    containers: containers.reverse(),
  };
}

function sameStates(a: RuntimePod, b: RuntimePod): boolean {
  if (a.sandbox?.id !== b.sandbox?.id || a.sandbox?.ready !== b.sandbox?.ready) return false;
  const states = ({ containers }: RuntimePod): string =>
    containers
      .filter(({ status }) => status.state !== 'created')
      .map(({ status }) => `${status.id}=${status.state}`)
      .join();
  return states(a) === states(b);
}

/** What a container wrote about its end; where it may, the end of its log stands for that. */
function lastWords(
  kubelet: Kubelet,
  { exitCode, logPath }: { readonly exitCode: number; readonly logPath: string | undefined },
  { messagePath, messagePolicy }: { readonly messagePath: string; readonly messagePolicy: string },
): string {
  const files = kubelet.runtime.files();
  if (messagePath !== '' && files.exists(messagePath)) {
    const text = files.readText(messagePath);
    if (text !== '') return text.slice(0, MESSAGE_MAX);
  }
  if (messagePolicy !== 'FallbackToLogsOnError' || exitCode === 0 || logPath === undefined || !files.exists(logPath))
    return '';
  return textOf(kubelet.runtime.logs(logPath, { tail: LOG_TAIL_LINES })).slice(-LOG_TAIL_BYTES);
}
