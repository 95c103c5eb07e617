// kubectl logs: what containers have written.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { isObject } from '../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';
import { parseTime } from '../../../sandbox/time/units.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError, usageError } from '../errors.ts';
import { type Info, mappingOf, metaText, objectOf } from '../resource/info.ts';
import { NOTHING_NAMED } from '../resource/plan.ts';
import { isNotFound } from '../rest/status.ts';
import type { Query } from '../rest/url.ts';
import {
  allNames,
  containerNamed,
  containersOf,
  DEFAULT_CONTAINER,
  defaulted,
  type NamedContainer,
  notValid,
} from '../streams/containers.ts';
import { followAll, type LogRequest, printOne } from '../streams/logs.ts';
import { podSelector, podsFor } from '../streams/pods.ts';

interface LogsOptions {
  readonly namespace: string;
  /** `POD`, `TYPE/NAME`; empty with a selector. */
  readonly resource: string;
  readonly container: string;
  readonly query: Query;
  /** What was named, or the pods that labels select. */
  readonly infos: readonly Info[];
}

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";
const SELECTOR_TAIL = 10;

export const logs = command<LogsOptions>({
  path: 'logs',
  long: 'Show what a container has written. Where a pod has one container only, its name need not be given.',
  examples: `
# Of a pod with one container
kubectl logs web

# Of all containers of a pod
kubectl logs web --all-containers=true

# Of pods with a label
kubectl logs -l app=web

# Of a container that ended and was started again
kubectl logs -p -c app web

# What comes, too
kubectl logs -f web

# The last 20 lines
kubectl logs --tail=20 web

# Of a pod of a deployment
kubectl logs deployment/web`,
  complete,
  validate,
  *run(options, call) {
    const { flags } = call;
    const requests = yield* requestsFor(options, call);
    if (!flags.bool('follow') || requests.length < 2) {
      for (const request of requests) yield* printOne(call, request);
      return;
    }
    const limit = flags.number('max-log-requests');
    if (requests.length > limit) {
      throw new Error(
        `you are attempting to follow ${requests.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
      );
    }
    yield* followAll(call, requests);
  },
});

function* complete(call: Call): Blocking<LogsOptions> {
  const { args, flags } = call;
  const selector = flags.string('selector');
  if (args.length > 2 || (args.length === 0 && selector === '')) throw usageError('kubectl logs', USAGE);
  if (args.length === 1 && selector !== '') {
    throw usageError('kubectl logs', 'only a selector (-l) or a POD name is allowed');
  }
  const { namespace } = yield* call.namespace();
  if (flags.duration('pod-running-timeout') <= 0) throw new Error('--pod-running-timeout must be higher than zero');
  const query = queryOf(call);
  const [resource = '', inline = ''] = args;
  const container = inline || flags.string('container');
  if (args.length > 0 && resource === '') throw NOTHING_NAMED;
  return { namespace, resource, container, query, infos: yield* foundObjects(call, namespace, resource) };
}

/** In the order of an encoded query, but for the container. */
function queryOf({ flags }: Call): Query {
  const on = (flag: string, field: string): Query => (flags.bool(flag) ? [[field, 'true']] : []);
  const since = Math.round(flags.duration('since') / 1000);
  const sinceTime = flags.string('since-time');
  if (sinceTime !== '' && parseTime(sinceTime) === undefined) throw new Error(wrongTime(sinceTime));
  const tail = flags.number('tail');
  const byDefault = flags.string('selector') !== '' && !flags.changed('tail') ? SELECTOR_TAIL : tail;
  const bytes = flags.number('limit-bytes');
  return [
    ...on('follow', 'follow'),
    ...on('insecure-skip-tls-verify-backend', 'insecureSkipTLSVerifyBackend'),
    ...(bytes === 0 ? [] : [['limitBytes', String(bytes)] as const]),
    ...on('previous', 'previous'),
    ...(flags.duration('since') === 0 ? [] : [['sinceSeconds', String(since)] as const]),
    ...(sinceTime === '' ? [] : [['sinceTime', sinceTime] as const]),
    ...(byDefault === -1 ? [] : [['tailLines', String(byDefault)] as const]),
    ...on('timestamps', 'timestamps'),
  ];
}

function wrongTime(text: string): string {
  return `parsing time ${quote(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${quote(text)} as "2006"`;
}

function validate({ container }: LogsOptions, { flags, args }: Call): void {
  if (flags.string('since-time') !== '' && flags.duration('since') !== 0) {
    throw new Error('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (flags.bool('all-containers') && container !== '') {
    throw new Error(`--all-containers=true should not be specified with container name ${container}`);
  }
  if (flags.changed('container') && args.length === 2) {
    throw new Error('only one of -c or an inline [CONTAINER] arg is allowed');
  }
  if (flags.number('limit-bytes') < 0) throw new Error('--limit-bytes must be greater than 0');
  if (flags.duration('since') < 0) throw new Error('--since must be greater than 0');
  if (flags.number('tail') < -1) throw new Error('--tail must be greater than or equal to -1');
}

/** A request for each container whose logs are wanted. */
function* requestsFor(options: LogsOptions, call: Call): Blocking<readonly LogRequest[]> {
  const requests: LogRequest[] = [];
  const allPods = call.flags.bool('all-pods');
  const prefix = allPods || call.flags.bool('prefix');
  for (const pod of yield* podsOf(options, call)) {
    for (const container of yield* containersFor(options, call, pod, allPods)) {
      const { name = '', namespace = '' } = pod.metadata ?? {};
      const query: Query = [['container', container.name], ...options.query];
      const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
      requests.push({ path, query, prefix: prefix ? `[pod/${name}/${container.name}] ` : '', pod: name });
    }
  }
  return requests;
}

function* podsOf({ resource, infos }: LogsOptions, call: Call): Blocking<readonly V1Pod[]> {
  const [info] = infos;
  // The server answers objects of the kind that was asked for.
  if (resource === '' || info === undefined) return infos.map((each) => objectOf(each) as V1Pod);
  const { group, kind, version } = mappingOf(info);
  if (group === '' && kind === 'Pod') return [objectOf(info) as V1Pod];
  let selector: string;
  try {
    selector = podSelector(info);
  } catch (error) {
    throw new Error(`cannot get the logs from *${version}.${kind}: ${asError(error).message}`);
  }
  const place = metaText(objectOf(info), 'namespace');
  const timeout = call.flags.duration('pod-running-timeout');
  const find = (): Blocking<readonly V1Pod[]> => podsFor(call, place, selector, timeout, 'most first');
  const pods = yield* find();
  const [first] = pods;
  if (first === undefined) return [];
  // Where there are several, kubectl lists them again.
  if (pods.length > 1 && call.flags.bool('all-pods')) return yield* find();
  if (pods.length > 1) yield* call.err(`Found ${pods.length} pods, using pod/${first.metadata?.name}\n`);
  return [first];
}

function* foundObjects(call: Call, namespace: string, resource: string): Blocking<readonly Info[]> {
  const labelSelector = call.flags.string('selector');
  try {
    const selected = yield* call.select({
      namespace,
      ...(resource === '' ? {} : { named: { names: [resource], defaultType: Pods.resource } }),
      ...(labelSelector === '' ? {} : { args: [Pods.resource], labelSelector, flatten: true }),
      typed: true,
      singleType: true,
    });
    const infos = yield* selected.infos();
    if (labelSelector !== '') {
      if (infos.length === 0) yield* call.err(`No resources found in ${namespace} namespace.\n`);
      return infos;
    }
    if (infos.length !== 1 || !isObject(infos[0]?.object)) throw new Error('expected a resource');
    return infos;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Error(`error from server (NotFound): ${asError(error).message} in namespace ${quote(namespace)}`);
  }
}

function* containersFor(
  { container }: LogsOptions,
  call: Call,
  pod: V1Pod,
  allPods: boolean,
): Blocking<readonly NamedContainer[]> {
  if (call.flags.bool('all-containers')) {
    return [
      ...containersOf(pod, 'initContainers'),
      ...containersOf(pod, 'containers'),
      ...containersOf(pod, 'ephemeralContainers'),
    ];
  }
  let name = container;
  const preferred = pod.metadata?.annotations?.[DEFAULT_CONTAINER] ?? '';
  if (name === '' && preferred !== '') {
    if (containerNamed(pod, preferred) !== undefined) name = preferred;
    else yield* call.err(`Default container name ${quote(preferred)} not found in pod ${pod.metadata?.name}\n`);
  }
  if (name === '') {
    name = containersOf(pod, 'containers')[0]?.name ?? '';
    if (!allPods && allNames(pod) !== name) yield* call.err(defaulted(pod, name));
  }
  const found = containerNamed(pod, name);
  if (found === undefined) throw notValid(pod, name);
  return [found];
}
