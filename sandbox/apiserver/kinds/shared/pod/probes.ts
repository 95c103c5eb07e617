// What the kubelet does to find out about a container, or to let it prepare for its end: probes and hooks.

import { at, forbiddenField, invalid, required } from '../../../../kube/fielderrors.ts';
import { httpHeaderName } from '../../../../kube/names.ts';
import type {
  V1ExecAction,
  V1GRPCAction,
  V1HTTPGetAction,
  V1Lifecycle,
  V1LifecycleHandler,
  V1Probe,
  V1SleepAction,
  V1TCPSocketAction,
} from '../../../../schema/generated/types.ts';
import { type Errors, neededText, nonNegative, oneOf, problemsOf } from '../checks.ts';
import { portNumberOrName } from './ports.ts';

/** The probes of a container. `grace`: how long the pod may take to end, in seconds. */
export function* probes(
  field: string,
  {
    livenessProbe,
    readinessProbe,
    startupProbe,
  }: {
    readonly livenessProbe?: V1Probe;
    readonly readinessProbe?: V1Probe;
    readonly startupProbe?: V1Probe;
  },
  grace: number | undefined,
): Errors {
  if (livenessProbe !== undefined) yield* onceSucceeding(at(field, 'livenessProbe'), livenessProbe, grace);
  if (readinessProbe !== undefined) {
    const here = at(field, 'readinessProbe');
    yield* probe(here, readinessProbe, grace);
    const seconds = readinessProbe.terminationGracePeriodSeconds;
    if (seconds !== undefined) {
      yield invalid(at(here, 'terminationGracePeriodSeconds'), seconds, 'must not be set for readinessProbes');
    }
  }
  if (startupProbe !== undefined) yield* onceSucceeding(at(field, 'startupProbe'), startupProbe, grace);
}

function* onceSucceeding(field: string, given: V1Probe, grace: number | undefined): Errors {
  yield* probe(field, given, grace);
  const { successThreshold = 0 } = given;
  if (successThreshold !== 1) yield invalid(at(field, 'successThreshold'), successThreshold, 'must be 1');
}

function* probe(field: string, given: V1Probe, grace: number | undefined): Errors {
  const { exec, httpGet, tcpSocket, grpc } = given;
  yield* handler(field, { exec, httpGet, tcpSocket, grpc }, grace);
  yield* nonNegative(at(field, 'initialDelaySeconds'), given.initialDelaySeconds);
  yield* nonNegative(at(field, 'timeoutSeconds'), given.timeoutSeconds);
  yield* nonNegative(at(field, 'periodSeconds'), given.periodSeconds);
  yield* nonNegative(at(field, 'successThreshold'), given.successThreshold);
  yield* nonNegative(at(field, 'failureThreshold'), given.failureThreshold);
  const seconds = given.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) {
    yield invalid(at(field, 'terminationGracePeriodSeconds'), seconds, 'must be greater than 0');
  }
}

export function* lifecycle(field: string, { postStart, preStop }: V1Lifecycle, grace: number | undefined): Errors {
  if (postStart !== undefined) yield* handler(at(field, 'postStart'), hookOf(postStart), grace);
  if (preStop !== undefined) yield* handler(at(field, 'preStop'), hookOf(preStop), grace);
}

interface Handler {
  readonly exec?: V1ExecAction | undefined;
  readonly httpGet?: V1HTTPGetAction | undefined;
  readonly tcpSocket?: V1TCPSocketAction | undefined;
  readonly grpc?: V1GRPCAction | undefined;
  readonly sleep?: V1SleepAction | undefined;
}

function hookOf({ exec, httpGet, tcpSocket, sleep }: V1LifecycleHandler): Handler {
  return { exec, httpGet, tcpSocket, sleep };
}

/** Exactly one type of handler; of several, the first counts and the others are too many. */
function* handler(
  field: string,
  { exec, httpGet, tcpSocket, grpc, sleep }: Handler,
  grace: number | undefined,
): Errors {
  const given: readonly (readonly [string, () => Errors])[] = [
    ...(exec ? [['exec', () => execAction(at(field, 'exec'), exec)] as const] : []),
    ...(httpGet ? [['httpGet', () => httpGetAction(at(field, 'httpGet'), httpGet)] as const] : []),
    ...(tcpSocket
      ? [['tcpSocket', () => portNumberOrName(at(field, 'tcpSocket', 'port'), tcpSocket.port)] as const]
      : []),
    ...(grpc ? [['grpc', () => portNumberOrName(at(field, 'grpc', 'port'), grpc.port)] as const] : []),
    ...(sleep ? [['sleep', () => sleepAction(at(field, 'sleep'), sleep, grace)] as const] : []),
  ];
  for (const [i, [name, check]] of given.entries()) {
    if (i === 0) yield* check();
    else yield forbiddenField(at(field, name), 'may not specify more than 1 handler type');
  }
  if (given.length === 0) yield required(field, 'must specify a handler type');
}

function* execAction(field: string, { command = [] }: V1ExecAction): Errors {
  if (command.length === 0) yield required(at(field, 'command'));
}

const SCHEMES = ['HTTP', 'HTTPS'];

function* httpGetAction(field: string, { path, port, scheme, httpHeaders = [] }: V1HTTPGetAction): Errors {
  yield* neededText(at(field, 'path'), path);
  yield* portNumberOrName(at(field, 'port'), port);
  yield* oneOf(at(field, 'scheme'), scheme, SCHEMES);
  for (const { name } of httpHeaders) yield* problemsOf(at(field, 'httpHeaders'), name, httpHeaderName(name));
}

function* sleepAction(field: string, { seconds = 0 }: V1SleepAction, grace: number | undefined): Errors {
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return;
  yield invalid(field, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`);
}
