// The aggregator: groups and versions that other API servers serve, behind services of the cluster. It looks after them
// (does one answer, what does it serve) and passes requests on to them.
//
// observe: APIServices; their services and endpoint slices.
// act:     the condition Available; what discovery says of them.

import type { Forward, ServerPlace } from '../../kube/forward.ts';
import { type JsonValue, sameJson } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ProxiedRequest } from '../../kube/nodedoor.ts';
import type { Caller } from '../../kube/operation.ts';
import { RELEASE } from '../../kube/release.ts';
import { reasonOf } from '../../kube/status.ts';
import type { V1APIService, V1APIServiceSpec } from '../../schema/generated/types.ts';
import type { Change } from '../../store/store.ts';
import type { Loop, Work } from '../../time/loop.ts';
import { type DurationMs, durationMs, rfc3339, seconds } from '../../time/units.ts';
import { placeOf } from '../outgoing/clients.ts';
import type { ApiServer } from '../server.ts';
import {
  isAvailable,
  LOCAL,
  missingPart,
  PASSED,
  SERVICE_NAME,
  type ServiceReference,
  serviceOf,
  unavailable,
  type Verdict,
  withVerdict,
} from './availability.ts';
import { openApiPathIn, resourcesIn } from './discovered.ts';
import { authorities } from './place.ts';

/** What is remembered of an APIService with a server of its own. */
interface Remote {
  spec: V1APIServiceSpec;
  /** What it serves, as aggregated discovery lists it; undefined as long as nobody could ask it. */
  resources: readonly JsonValue[] | undefined;
  /** Where it has its document of OpenAPI. */
  openApi: string | undefined;
  /** How often in a row it didn't answer. */
  failures: number;
  /** A check is under way; when something changes meanwhile, another one follows. */
  checking: boolean;
  again: boolean;
  /** Which check comes next: those that were put off earlier don't count any more. */
  turn: number;
}

export interface AggregatorState {
  readonly remotes: Map<string, Remote>;
}

export function newAggregatorState(): AggregatorState {
  return { remotes: new Map() };
}

/** A group and version with an APIService. */
export interface Announced {
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
}

/** One that another server serves. */
export interface RemoteVersion extends Announced {
  /** Undefined: nobody knows now. */
  readonly resources: readonly JsonValue[] | undefined;
  readonly openApi: string | undefined;
}

export interface Aggregator {
  /** All of them, in no order. */
  remotes(): readonly RemoteVersion[];
  /** What there are APIServices for, served or not; nothing before the server has made its own. */
  announced(): readonly Announced[];
  /** The server to which requests about this version go; undefined when it is served here. */
  find(group: string, version: string): RemoteServer | undefined;
}

export interface RemoteServer {
  /** Undefined: it can't be asked now. */
  readonly place: ServerPlace | undefined;
  readonly forward: Forward;
}

const TABLE = 'apiservices.apiregistration.k8s.io';
/** The core group has one as soon as the server has set itself up. */
const CORE = 'v1.';
const ACTOR = 'apiserver/aggregator';
const SERVICES = { group: 'apiregistration.k8s.io', version: 'v1', resource: 'apiservices' };
const SERVER: Caller = {
  user: { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  origin: { actor: 'kube-apiserver', causes: [] },
  userAgent: `kube-apiserver/${RELEASE}`,
};
const CHECK_EVERY = seconds(30);
const CHECK_TIMEOUT = seconds(5);
const FIRST_RETRY_MS = 5;

interface Check {
  readonly name: string;
  readonly turn: number;
}

export interface AggregatorDeps {
  readonly loop: Loop;
  readonly forward: Forward;
  readonly failed: (error: unknown) => void;
}

export function createAggregator(state: AggregatorState, server: ApiServer, deps: AggregatorDeps): Aggregator {
  const { loop } = deps;
  const port = loop.actor<Check>(ACTOR, ({ name, turn }) => {
    const remote = state.remotes.get(name);
    if (remote === undefined || remote.turn !== turn) return;
    if (remote.checking) remote.again = true;
    else begin(name, remote);
  });

  const begin = (name: string, remote: Remote): void => {
    remote.checking = true;
    loop.start(check(server, deps.forward, name, remote, rfc3339(loop.now())), (outcome) => {
      remote.checking = false;
      if (!outcome.ok && !isRace(outcome.error)) deps.failed(outcome.error);
      const wait = remote.again ? durationMs(0) : nextCheck(remote);
      remote.again = false;
      plan(name, remote, wait);
    });
  };

  const run = (work: Work<void>): void => {
    loop.start(work, (outcome) => {
      if (!outcome.ok && !isRace(outcome.error)) deps.failed(outcome.error);
    });
  };

  const plan = (name: string, remote: Remote, wait: DurationMs): void => {
    if (state.remotes.get(name) !== remote) return;
    remote.turn++;
    port.post({ name, turn: remote.turn }, wait);
  };

  /** Something has changed that may matter: it is looked at once more, now or when the check that runs is over. */
  const soon = (name: string, remote: Remote): void => {
    if (remote.checking) remote.again = true;
    else plan(name, remote, durationMs(0));
  };

  const follow = ({ key, type, object }: Change): void => {
    const { spec } = object as V1APIService;
    const known = state.remotes.get(key);
    if (type === 'deleted' || spec?.service === undefined) {
      state.remotes.delete(key);
      if (type !== 'deleted' && known !== undefined) run(tell(server, key, LOCAL, rfc3339(loop.now())));
      return;
    }
    if (known !== undefined && sameJson(known.spec as unknown as JsonValue, spec as unknown as JsonValue)) return;
    const remote: Remote = known ?? newRemote(spec);
    Object.assign(remote, { spec, failures: 0 });
    state.remotes.set(key, remote);
    if (!isInProcess(server, spec)) soon(key, remote);
  };

  server.store.subscribe((change) => {
    if (change.table === TABLE) follow(change);
    else if (state.remotes.size > 0) {
      const touched = serviceTouched(change);
      if (touched === undefined) return;
      for (const [name, remote] of state.remotes) {
        if (sameService(remote, touched) && !isInProcess(server, remote.spec)) soon(name, remote);
      }
    }
  });

  return {
    remotes: () => [...state.remotes].filter(([name, remote]) => !servedHere(server, name, remote)).map(versionOf),
    announced() {
      if (server.store.get(TABLE, CORE) === undefined) return [];
      return server.store.list(TABLE, '').map(({ object }) => prioritiesOf((object as V1APIService).spec));
    },
    find(group, version) {
      if (state.remotes.size === 0) return undefined;
      const name = `${version}.${group}`;
      const remote = state.remotes.get(name);
      if (remote === undefined || servedHere(server, name, remote)) return undefined;
      const place = available(server, name) ? serverPlace(server, remote.spec) : undefined;
      return { place, forward: deps.forward };
    },
  };
}

function newRemote(spec: V1APIServiceSpec): Remote {
  return { spec, resources: undefined, openApi: undefined, failures: 0, checking: false, again: false, turn: 0 };
}

function versionOf([, { spec, resources, openApi }]: readonly [string, Remote]): RemoteVersion {
  return { ...prioritiesOf(spec), resources, openApi };
}

function prioritiesOf(spec: V1APIServiceSpec | undefined): Announced {
  return {
    group: spec?.group ?? '',
    version: spec?.version ?? '',
    groupPriority: spec?.groupPriorityMinimum ?? 0,
    versionPriority: spec?.versionPriority ?? 0,
  };
}

/** A program of the cluster serves it through this server, and says by itself when it can. */
function isInProcess({ registry }: ApiServer, { group = '' }: V1APIServiceSpec): boolean {
  return registry.inProcess?.has(group) === true;
}

function servedHere(server: ApiServer, name: string, { spec }: Remote): boolean {
  return isInProcess(server, spec) && available(server, name);
}

function available({ store }: ApiServer, name: string): boolean {
  const found = store.get(TABLE, name)?.object as V1APIService | undefined;
  return found !== undefined && isAvailable(found);
}

/** The service that a change is about: itself, or one of its endpoint slices. */
function serviceTouched({ table, object }: Change): Pick<ServiceReference, 'namespace' | 'name'> | undefined {
  const { namespace = '', name = '', labels } = object.metadata ?? {};
  if (table === 'services') return { namespace, name };
  return table === 'endpointslices.discovery.k8s.io' ? { namespace, name: labels?.[SERVICE_NAME] ?? '' } : undefined;
}

function sameService({ spec }: Remote, touched: Pick<ServiceReference, 'namespace' | 'name'>): boolean {
  const own = serviceOf({ spec });
  return own?.namespace === touched.namespace && own.name === touched.name;
}

/** After failures soon, and then less and less often. */
function nextCheck({ failures }: Remote): DurationMs {
  if (failures === 0) return CHECK_EVERY;
  return durationMs(Math.min(CHECK_EVERY, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20)));
}

/** Somebody else wrote meanwhile: what they wrote is looked at again anyway. */
function isRace(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === 'Conflict' || reason === 'NotFound';
}

function* check(server: ApiServer, forward: Forward, name: string, remote: Remote, now: string): Work<void> {
  const verdict = yield* judge(server, forward, remote);
  remote.failures = verdict.reason === 'FailedDiscoveryCheck' ? remote.failures + 1 : 0;
  if (verdict.status === 'True') yield* discover(server, forward, remote);
  else Object.assign(remote, { resources: undefined, openApi: undefined });
  yield* tell(server, name, verdict, now);
}

function* tell(server: ApiServer, name: string, verdict: Verdict, now: string): Work<void> {
  const found = server.store.get(TABLE, name)?.object as V1APIService | undefined;
  if (found === undefined) return;
  const next = withVerdict(found, verdict, now);
  if (sameJson(next.status as unknown as JsonValue, found.status as unknown as JsonValue)) return;
  const target = { ...SERVICES, name, subresource: 'status' };
  yield* server.perform({ verb: 'update', target, object: next as KubeObject }, SERVER);
}

function* judge(server: ApiServer, forward: Forward, { spec }: Remote): Work<Verdict> {
  const service = serviceOf({ spec });
  if (service === undefined) return PASSED;
  const context = server.context(SERVER, false, []);
  const missing = missingPart(service, context);
  if (missing !== undefined) return missing;
  const place = placeOf(service, context);
  if ('problem' in place) return unavailable('FailedDiscoveryCheck', place.problem);
  const path = `/apis/${spec.group ?? ''}/${spec.version ?? ''}`;
  const url = `https://${place.ip}:${place.port}${path}`;
  const answer = yield* forward.read({ ...place, ...authorities(spec, service) }, asAggregator(path), CHECK_TIMEOUT);
  const problem =
    'problem' in answer
      ? `Get ${JSON.stringify(url)}: ${timeoutOf(answer.problem)}`
      : answer.status < 200 || answer.status >= 300
        ? `bad status from ${url}: ${answer.status}`
        : undefined;
  return problem === undefined
    ? PASSED
    : unavailable('FailedDiscoveryCheck', `failing or missing response from ${url}: ${problem}`);
}

function timeoutOf(problem: string): string {
  return problem === 'context deadline exceeded'
    ? `${problem} (Client.Timeout exceeded while awaiting headers)`
    : problem;
}

const AGGREGATED = ['v2', 'v2beta1'].map(
  (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
);

/** What it serves: in the newer form, where it knows that, else in the older one. */
function* discover(server: ApiServer, forward: Forward, remote: Remote): Work<void> {
  const { spec } = remote;
  const { group = '', version = '' } = spec;
  const place = serverPlace(server, spec);
  if (place === undefined) return;
  const ask = function* (path: string, accept: string): Work<string> {
    const answer = yield* forward.read(place, asAggregator(path, accept), CHECK_TIMEOUT);
    return 'problem' in answer || answer.status !== 200 ? '' : answer.body;
  };
  remote.resources =
    resourcesIn(yield* ask('/apis', AGGREGATED.join(',')), group, version) ??
    resourcesIn(yield* ask(`/apis/${group}/${version}`, 'application/json'), group, version);
  remote.openApi = openApiPathIn(yield* ask('/openapi/v3', 'application/json'), `apis/${group}/${version}`);
}

function serverPlace(server: ApiServer, spec: V1APIServiceSpec): ServerPlace | undefined {
  const service = serviceOf({ spec });
  if (service === undefined) return undefined;
  const place = placeOf(service, server.context(SERVER, false, []));
  return 'problem' in place ? undefined : { ...place, ...authorities(spec, service) };
}

function asAggregator(target: string, accept?: string): ProxiedRequest {
  return {
    method: 'GET',
    target,
    headers: {
      'user-agent': ['Go-http-client/1.1'],
      ...(accept === undefined ? {} : { accept: [accept] }),
      'x-remote-user': ['system:kube-aggregator'],
      'x-remote-group': ['system:masters'],
    },
    body: new Uint8Array(),
  };
}
