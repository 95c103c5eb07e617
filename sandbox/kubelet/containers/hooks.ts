// What a container wants done after it was started, and before it is stopped.

import { quote } from '../../kube/go/text.ts';
import type { V1Container, V1LifecycleHandler } from '../../schema/generated/types.ts';
import { durationMs, seconds } from '../../time/units.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import { httpTarget } from '../probetargets.ts';
import { podText } from '../spec.ts';
import type { PodRecord } from '../state.ts';

/** Whom the outcome is for: the step that waits, or the kill that waits. */
export type HookKey =
  | { readonly use: 'step'; readonly uid: string; readonly wait: number }
  | { readonly use: 'pre-stop'; readonly uid: string; readonly container: string };

interface Hook {
  readonly id: string;
  readonly container: V1Container;
  readonly hook: V1LifecycleHandler;
}

const HTTP_TIMEOUT = seconds(60);

/** Begins it; what comes of it is told to the kubelet under this key. */
export function runHook(kubelet: Kubelet, record: PodRecord, { id, container, hook }: Hook, key: HookKey): void {
  const { runtime, actor } = kubelet;
  const notify = { actor, key };
  if (hook.exec !== undefined) runtime.execSync(id, hook.exec.command ?? [], undefined, notify);
  else if (hook.httpGet !== undefined) {
    const target = httpTarget(hook.httpGet, container, addressOf(kubelet, record), 'lifecycle');
    runtime.probe(target, HTTP_TIMEOUT, notify);
  } else {
    const wait = hook.sleep === undefined ? durationMs(0) : seconds(hook.sleep.seconds);
    kubelet.port.post({ do: 'told', what: { kind: 'slept', key } }, wait, record.causes);
  }
}

function addressOf({ runtime, node }: Kubelet, record: PodRecord): string {
  const sandbox = runtime.sandbox(record.sandboxes.at(-1)?.id ?? '');
  return sandbox?.addresses[0] ?? node.address;
}

/** Why a hook has failed, in the words in which it is reported. */
export function hookFailure(
  { pod }: PodRecord,
  { container, hook }: Pick<Hook, 'container' | 'hook'>,
  output: string,
  status: number | undefined,
): string {
  const where = `for Container "${container.name}" in Pod "${podText(pod)}" failed - error:`;
  if (hook.httpGet !== undefined) return `HTTP lifecycle hook (${hook.httpGet.path ?? ''}) ${where} ${output}`;
  const command = hook.exec?.command ?? [];
  const error = status === undefined ? output : `command '${command.join(' ')}' exited with ${status}: ${output}`;
  const said = status === undefined ? '' : output;
  return `Exec lifecycle hook ([${command.join(' ')}]) ${where} ${error}, message: ${quote(said)}`;
}
