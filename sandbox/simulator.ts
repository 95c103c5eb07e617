// The simulator: a whole cluster put together. All that it remembers is one tree of plain data; `assemble` wires the code
// to such a tree, as often as one likes, so that a copied tree is another cluster that goes on from the same moment.

import { API_SERVICE, apiHouse } from './apihouse.ts';
import { createAdmissionChain } from './apiserver/admission/chain.ts';
import { createPause } from './apiserver/admission/pause.ts';
import { admissionPlugins } from './apiserver/admission/plugins.ts';
import { createAuditLog } from './apiserver/audit/log.ts';
import type { AuditPolicy } from './apiserver/audit/policy.ts';
import { authenticate } from './apiserver/auth/authenticate.ts';
import { noteUse } from './apiserver/auth/legacyuse.ts';
import { createNodeGraph } from './apiserver/auth/nodegraph.ts';
import { accessOf } from './apiserver/auth/rbac.ts';
import { createTokens, type Tokens } from './apiserver/auth/tokens.ts';
import { builtinRegistry } from './apiserver/builtin.ts';
import { customRegistry } from './apiserver/customresources/registry.ts';
import { createDoor, type Door, type DoorState, newDoorState } from './apiserver/http/door.ts';
import { type Registry, tableOf } from './apiserver/registry.ts';
import { type ApiServer, type ApiServerState, createApiServer, newApiServerState } from './apiserver/server.ts';
import { type Client, createClient, rootCaller, type Transport, type WatchId } from './client/client.ts';
import { type ComponentEngine, type ComponentState, createComponent, newComponentState } from './client/component.ts';
import type { Cause } from './kube/cause.ts';
import { type Forward, NOWHERE } from './kube/forward.ts';
import { lazy } from './kube/lazy.ts';
import type { NodeDoors } from './kube/nodedoor.ts';
import type { UserInfo } from './kube/operation.ts';
import { nobody, type Outgoing } from './kube/outgoing.ts';
import { type Authority, clusterAuthority } from './kube/x509/authority.ts';
import type { Kernel, MachineHooks } from './machine/context.ts';
import type { Image } from './machine/images/format.ts';
import { newRegistryState } from './machine/images/registry.ts';
import { createKernel } from './machine/kernel.ts';
import type { HouseRequest } from './machine/net/house.ts';
import type { HttpService, NetworkFabric } from './machine/network.ts';
import { type MachineState, newMachineState } from './machine/state.ts';
import type { Program } from './machine/sys.ts';
import type { Documentation } from './schema/documentation.ts';
import { createStore, newStoreState, type Store, type StoreState } from './store/store.ts';
import { type Channels, type ChannelsState, createChannels, newChannelsState } from './time/channel.ts';
import { createLoop, type Loop, type LoopState, newLoopState, type Work } from './time/loop.ts';
import { copyState } from './time/state.ts';
import { type DurationMs, EPOCH, type TimeMs } from './time/units.ts';

/** Everything that a cluster remembers. */
export interface SimulatorState {
  readonly seed: number;
  readonly loop: LoopState;
  readonly channels: ChannelsState;
  readonly store: StoreState;
  readonly apiserver: ApiServerState;
  readonly door: DoorState;
  readonly components: Map<string, ComponentState>;
  readonly machine: MachineState;
}

export interface SimulatorOptions {
  /** Where all chance of this cluster begins; 1 unless given. */
  readonly seed?: number;
  readonly startTime?: TimeMs;
  /** What registries have from the beginning. */
  readonly images?: readonly Image[];
}

/** A program of the control plane or of a node: its name, its user, and what it sets up. */
export interface ComponentDefinition {
  readonly name: string;
  readonly user: UserInfo;
  /** The machine room is for those that have something to do with machines. */
  readonly setup: (component: ComponentEngine, kernel: Kernel) => void;
}

export interface Simulator<S extends SimulatorState = SimulatorState> {
  readonly state: S;
  readonly loop: Loop;
  readonly channels: Channels;
  readonly store: Store;
  readonly api: ApiServer;
  /** Where requests of clients outside come in, in the shape of HTTP. */
  readonly door: Door;
  /** A client for a user; an administrator unless given. */
  client(user?: UserInfo, actor?: string): Client;
  /** Who certifies the users and nodes of the cluster. */
  readonly authority: () => Authority;
  /** Signs and reads tokens of its service accounts. */
  readonly tokens: Tokens;
  readonly components: ReadonlyMap<string, ComponentEngine>;
  /** Where containers and the workstation run. */
  readonly kernel: Kernel;
  /** Runs work that waits for nothing outside, and answers what it answers. */
  run<T>(work: Work<T>): T;
  settle(): void;
  advance(duration: DurationMs): void;
  /** A copy of the whole state, at a moment at which nothing is half done. */
  snapshot(): S;
}

export const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

export function newSimulatorState({ seed = 1, startTime = EPOCH, images = [] }: SimulatorOptions = {}): SimulatorState {
  return {
    seed,
    loop: newLoopState(startTime),
    channels: newChannelsState(),
    store: newStoreState(),
    apiserver: newApiServerState(),
    door: newDoorState(),
    components: new Map(),
    machine: newMachineState(seed, newRegistryState(images)),
  };
}

/** Where the API server says that it is found. */
const API_ADDRESS = '172.18.0.2:6443';

/** What a network is made of: the machines' state, and what it answers for by name. */
export interface FabricParts {
  readonly state: SimulatorState;
  readonly loop: Loop;
  readonly services: ReadonlyMap<string, HttpService>;
}

/** What clusters that stand side by side share. */
export interface SharedTime {
  readonly loop: Loop;
  readonly channels: Channels;
}

/** The code that is wired to a state. Nothing of it is remembered: each assembly is given the same parts again. */
export interface Parts {
  readonly components?: readonly ComponentDefinition[];
  readonly programs?: ReadonlyMap<string, Program>;
  /** The loop of the cluster that this one stands beside; one of its own unless given. */
  readonly time?: SharedTime;
  /** What its hosts find beside its own API server. */
  readonly services?: (loop: Loop, kernel: () => Kernel) => readonly (readonly [string, HttpService])[];
  readonly images?: readonly Image[];
  /** What is served beside built-in kinds and custom resources. */
  readonly served?: (registry: Registry, store: Store) => Registry;
  readonly fabric?: (parts: FabricParts) => NetworkFabric;
  /** Host and port under which the API server says that it is found. */
  readonly apiAddress?: string;
  /** How the API server reaches kubelets and pods. The cluster is whole when it is asked for. */
  readonly nodes?: (cluster: () => Simulator) => NodeDoors;
  /** What of requests is kept in the audit log; nothing unless given. */
  readonly auditPolicy?: AuditPolicy;
  /** How the API server reaches other API servers, which stand behind APIServices. */
  readonly forward?: (cluster: () => Simulator) => Forward;
  /** How the API server reaches webhooks. The cluster is whole when it is asked for. */
  readonly outgoing?: (loop: Loop, cluster: () => Simulator) => Outgoing;
  readonly hooks?: MachineHooks;
  /** What kinds and fields are for, as the server's documents say it; nothing unless given. */
  readonly documentation?: Documentation;
  /** What made a program act that now calls the API server; what set off the running task unless given. */
  readonly causesOf?: (request: HouseRequest) => readonly Cause[];
  /**
   * With what the API server signs tokens of service accounts. Needed where tokens are good for something outside of the
   * cluster; made from the seed, which is no secret, unless given. A history is played again with the same key.
   */
  readonly tokenKey?: string;
  /** Who certifies users and nodes; one that follows from the token key unless given. */
  readonly authority?: () => Authority;
  /** Told what went wrong inside the API server, which clients aren't. */
  readonly log?: (error: unknown) => void;
  /** Told what went wrong in a component: which of its queues, which key, what was thrown. */
  readonly failed?: (component: string, queue: string, key: string, error: unknown) => void;
}

export function assemble<S extends SimulatorState>(state: S, parts: Parts = {}): Simulator<S> {
  const { log } = parts;
  const { seed } = state;
  const loop = parts.time?.loop ?? createLoop(state.loop);
  const channels = parts.time?.channels ?? createChannels(state.channels, loop);
  const store = createStore(state.store, loop);
  const tokenKey = parts.tokenKey ?? defaultTokenKey(seed);
  const authority = parts.authority ?? lazy(() => clusterAuthority(tokenKey));
  const tokens = createTokens(tokenKey);
  const outgoing = parts.outgoing?.(loop, () => simulator) ?? nobody;
  const { auditPolicy } = parts;
  const audit =
    auditPolicy === undefined ? {} : { audit: createAuditLog(state.apiserver.audit, auditPolicy, loop, seed) };
  const api = createApiServer(state.apiserver, {
    outgoing,
    forward: parts.forward?.(() => simulator) ?? NOWHERE,
    loop,
    store,
    seed,
    ...(parts.documentation === undefined ? {} : { documentation: parts.documentation }),
    registry: (parts.served ?? ((known) => known))(customRegistry(builtinRegistry(), store), store),
    admission: (server) =>
      createAdmissionChain(
        admissionPlugins({
          write: server.perform,
          pause: createPause(loop),
          registry: server.registry,
          count: (type) => store.count(tableOf(type)),
          loop,
          outgoing,
        }),
      ),
    authorizer: (server) => accessOf(server.context(rootCaller(ADMIN, ADMIN.name), false, []), createNodeGraph(store)),
    tokens,
    ...audit,
    ...(log === undefined ? {} : { failed: log }),
  });
  const door = createDoor(state.door, {
    loop,
    channels,
    server: api,
    seed,
    authenticate: (request) =>
      authenticate(
        request,
        api.context(rootCaller(ADMIN, ADMIN.name), false, []),
        (certificate) => authority().identify(certificate, loop.now()),
        (secret) => noteUse(api, loop, secret),
      ),
    address: parts.apiAddress ?? API_ADDRESS,
    ...audit,
    ...(parts.nodes === undefined ? {} : { nodes: parts.nodes(() => simulator) }),
    ...(log === undefined ? {} : { log }),
  });
  const house = apiHouse({
    loop,
    door,
    kernel: () => kernel,
    administrator: ADMIN,
    causesOf: parts.causesOf ?? (() => loop.causes() as readonly Cause[]),
  });
  const services = new Map([[API_SERVICE, house], ...(parts.services?.(loop, () => kernel) ?? [])]);
  const fabric = (parts.fabric ?? unconnected)({ state, loop, services });
  const kernel = createKernel(state.machine, {
    loop,
    channels,
    fabric,
    programs: parts.programs ?? new Map(),
    images: parts.images ?? [],
    ...(parts.hooks === undefined ? {} : { hooks: parts.hooks }),
  });
  const transport = transportTo(api);
  const components = new Map<string, ComponentEngine>();
  for (const { name, user, setup } of parts.components ?? []) {
    const own = state.components.get(name) ?? newComponentState();
    state.components.set(name, own);
    const component = createComponent(name, own, {
      loop,
      transport,
      caller: rootCaller(user, name),
      seed,
      ...(parts.failed === undefined ? {} : { log: parts.failed }),
    });
    setup(component, kernel);
    components.set(name, component);
  }

  const simulator: Simulator<S> = {
    state,
    loop,
    channels,
    store,
    api,
    door,
    authority,
    tokens,
    components,
    kernel,
    client: (user = ADMIN, actor = user.name) => createClient(transport, rootCaller(user, actor)),
    run: (work) => finished(work),
    settle: loop.settle,
    advance: loop.advance,
    snapshot() {
      if (loop.waiting() > 0) throw new Error('a copy is taken only when nothing is half done');
      return copyState(state);
    },
  };
  return simulator;
}

/** With what a cluster signs whose tokens are good for nothing outside: it is no secret. */
export function defaultTokenKey(seed: number): string {
  return `seed ${seed}`;
}

/** A network that leads nowhere. */
function unconnected(): NetworkFabric {
  return {
    route: () => ({ kind: 'network-unreachable' }),
    dns: () => ({ kind: 'dropped' }),
    ping: () => ({ kind: 'network-unreachable' }),
    interfaces: () => [],
    service: () => undefined,
  };
}

/** The embedded API server as clients reach it. */
function transportTo(api: ApiServer): Transport {
  return {
    call: (operation, caller) => api.call(operation, caller),
    watch: (target, options, caller, wake) => api.watch(target, options, caller, wake) as number as WatchId,
    take: (watch, wake) => api.watches.take(watch as number as Parameters<typeof api.watches.take>[0], wake),
    unwatch: (watch) => api.watches.close(watch as number as Parameters<typeof api.watches.close>[0]),
  };
}

function finished<T>(work: Work<T>): T {
  const step = work.next();
  if (step.done === true) return step.value;
  throw new Error('this work has to wait for something outside');
}
