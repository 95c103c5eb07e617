// The aggregator: groups and versions that other API servers serve, behind services of the cluster. It looks after them
// (does one answer, what does it serve) and passes requests on to them.
//
// observe: APIServices; their services and endpoint slices.
// act:     the condition Available; what discovery says of them.

import type { Forward, ServerPlace } from '../../kube/forward.ts';
import { sameJson } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { reasonOf } from '../../kube/status.ts';
import { SERVICE_NAME } from '../../kube/wellknown.ts';
import type { V1APIService, V1APIServiceSpec } from '../../schema/generated/types.ts';
import type { Change } from '../../store/store.ts';
import type { Loop, Work } from '../../time/loop.ts';
import { type DurationMs, durationMs, rfc3339, seconds } from '../../time/units.ts';
import { SERVER } from '../self.ts';
import type { ApiServer } from '../server.ts';
import { isAvailable, LOCAL, type ServiceReference, serviceOf, type Verdict, withVerdict } from './availability.ts';
import { type Contents, discover, judge, NOTHING_KNOWN, serverPlace } from './checks.ts';

/** What is remembered of an APIService with a server of its own. */
interface Remote extends Contents {
  spec: V1APIServiceSpec;
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
export interface RemoteVersion extends Announced, Contents {}

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
const CHECK_EVERY = seconds(30);
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
    if (known !== undefined && sameJson(known.spec, spec)) return;
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
      const place = available(server, name) ? serverPlace(remote.spec, server.context(SERVER, false, [])) : undefined;
      return { place, forward: deps.forward };
    },
  };
}

function newRemote(spec: V1APIServiceSpec): Remote {
  return { spec, ...NOTHING_KNOWN, failures: 0, checking: false, again: false, turn: 0 };
}

function versionOf([, { spec, resources, openApi, openApi2 }]: readonly [string, Remote]): RemoteVersion {
  return { ...prioritiesOf(spec), resources, openApi, openApi2 };
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
  const context = server.context(SERVER, false, []);
  const verdict = yield* judge(remote.spec, context, forward);
  const isUp = verdict.status === 'True';
  remote.failures = verdict.reason === 'FailedDiscoveryCheck' ? remote.failures + 1 : 0;
  Object.assign(remote, isUp ? yield* discover(remote.spec, context, forward) : NOTHING_KNOWN);
  yield* tell(server, name, verdict, now);
}

function* tell(server: ApiServer, name: string, verdict: Verdict, now: string): Work<void> {
  const found = server.store.get(TABLE, name)?.object as V1APIService | undefined;
  if (found === undefined) return;
  const next = withVerdict(found, verdict, now);
  if (sameJson(next.status, found.status)) return;
  const target = { ...SERVICES, name, subresource: 'status' };
  yield* server.perform({ verb: 'update', target, object: next as KubeObject }, SERVER);
}
