// What a kubelet says in events, and why.

import type { EventType } from '../client/events.ts';

export interface Words {
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

function normal(reason: string, message: string): Words {
  return { type: 'Normal', reason, message };
}

function warning(reason: string, message: string): Words {
  return { type: 'Warning', reason, message };
}

export const words = {
  created: normal('Created', 'Container created'),
  started: normal('Started', 'Container started'),
  killing: (message: string) => normal('Killing', message),
  pulling: (image: string) => normal('Pulling', `Pulling image "${image}"`),
  present: (image: string) =>
    normal('Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`),
  pulled: (image: string, took: string, waited: string, bytes: number) =>
    normal(
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${waited} including waiting). Image size: ${bytes} bytes.`,
    ),
  pullBackOff: (image: string) => normal('BackOff', `Back-off pulling image "${image}"`),
  pullFailed: (image: string, why: string) => warning('Failed', `Failed to pull image "${image}": ${why}`),
  missingPullSecrets: (names: readonly string[]) =>
    warning(
      'FailedToRetrieveImagePullSecret',
      `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`,
    ),
  inspectFailed: (message: string) => warning('InspectFailed', message),
  neverPull: (message: string) => warning('ErrImageNeverPull', message),
  failed: (why: string) => warning('Failed', `Error: ${why}`),
  backOff: (container: string, pod: string) =>
    warning('BackOff', `Back-off restarting failed container ${container} in pod ${pod}`),
  postStartFailed: warning('FailedPostStartHook', 'PostStartHook failed'),
  preStopFailed: warning('FailedPreStopHook', 'PreStopHook failed'),
  unhealthy: (probe: string, output: string) => warning('Unhealthy', `${probe} probe failed: ${output}`),
  probeErrored: (probe: string, state: string, why: string) =>
    warning('Unhealthy', `${probe} probe errored and resulted in ${state} state: ${why}`),
  probeWarning: (probe: string, output: string) => warning('ProbeWarning', `${probe} probe warning: ${output}`),
  sandboxChanged: normal('SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.'),
  sandboxFailed: (why: string) => warning('FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`),
  networkNotReady: (why: string) => warning('NetworkNotReady', `network is not ready: ${why}`),
  mountFailed: (why: string) => warning('FailedMount', why),
  deadline: normal('DeadlineExceeded', 'Pod was active on the node longer than the specified deadline'),
  rejected: (reason: string, message: string) => warning(reason, message),
  resizeStarted: (summary: string) => normal('ResizeStarted', `Pod resize started: ${summary}`),
  resizeCompleted: (summary: string) => normal('ResizeCompleted', `Pod resize completed: ${summary}`),
  resizeDeferred: (why: string, summary: string) => warning('ResizeDeferred', `Pod resize ${why}: ${summary}`),
  evicted: (message: string) => warning('Evicted', message),
};
