// A component is one program of the cluster as the API sees it: kube-controller-manager, a scheduler, one node's kubelet.
// It has a user, informers, work queues and memory; it can be stopped (and then forgets all of it), started, slowed and
// cut off from the API. Controllers are written against `Component`: what they set up is wiring only, and is set up
// again over a copy of the state.

import { addCauses, type Cause } from '../kube/cause.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Caller } from '../kube/operation.ts';
import type { ResourceType } from '../kube/resource.ts';
import { type Latency, latency } from '../time/latency.ts';
import type { Loop, Port, Wake, Work } from '../time/loop.ts';
import { type DurationMs, durationMs, seconds, type TimeMs } from '../time/units.ts';
import { type Client, createClient, type Transport } from './client.ts';
import {
  createInformer,
  type Informer,
  type InformerEngine,
  type InformerOptions,
  type InformerState,
  type Key,
  newInformerState,
} from './informer.ts';
import { backoff, enqueue, finish, newQueueState, type QueueState, takeKey } from './queue.ts';

export interface ComponentState {
  running: boolean;
  /** It runs, but waits until it may begin. */
  held: boolean;
  /** Grows with each start, so that what an earlier life left in the loop is told apart. */
  life: number;
  /** It can't reach the API: its calls fail and its watches bring nothing. */
  cutOff: boolean;
  /** Its workers take this many times as long as usual to begin. */
  slowness: number;
  readonly informers: Map<string, InformerState>;
  readonly queues: Map<string, QueueState>;
  /** What a controller remembers beside its caches: plain data by name. */
  readonly memory: Map<string, object>;
  /** Reconciles begun and failed, by queue; a test watches that nothing spins. */
  readonly counts: Map<string, { begun: number; failed: number }>;
}

export function newComponentState(): ComponentState {
  return {
    running: false,
    held: false,
    life: 0,
    cutOff: false,
    slowness: 1,
    informers: new Map(),
    queues: new Map(),
    memory: new Map(),
    counts: new Map(),
  };
}

/**
 * What a reconcile answers: nothing when it is done, or when to look again. `behind`: it did nothing, since its cache
 * doesn't show its own writes yet. That counts as a failure: what fails next is tried again after a longer time.
 */
export type Requeue = { readonly after: DurationMs; readonly behind?: boolean } | undefined;

/** What a reconcile has at hand. */
export interface Turn {
  /** Writes with it carry what made this turn happen. */
  readonly client: Client;
  readonly causes: readonly Cause[];
  now(): TimeMs;
}

export type Reconcile = (key: Key, turn: Turn) => Work<Requeue>;

/** A queue as controllers see it. */
export interface Queue {
  add(key: Key, causes: readonly Cause[]): void;
  /** Adds the key after a delay; of several delays the shortest counts. */
  addAfter(key: Key, delay: DurationMs, causes: readonly Cause[]): void;
}

export interface Component {
  readonly name: string;
  readonly seed: number;
  now(): TimeMs;
  /** How long after the cluster began a moment is. */
  age(at: TimeMs): DurationMs;
  /** A client without causes, as the component's own user. */
  readonly client: Client;
  /** One informer a collection and selection, shared by all who ask for it. */
  informer<T extends KubeObject>(type: ResourceType<T>, options?: InformerOptions): Informer<T>;
  /** A work queue. `client` gives it a user of its own. */
  queue(name: string, reconcile: Reconcile, client?: Client): Queue;
  /** Timers: a handler by name, and how to post to it. Handlers run only while the component does. */
  timer<T extends object>(name: string, run: (data: T, turn: Turn) => Work<void>, client?: Client): Port<T>;
  /** Memory of this component that dies with it. The first call after each start makes it. */
  memory<T extends object>(name: string, make: () => T): () => T;
  /** Runs when the component starts, after its informers have listed. */
  onStart(run: () => void): void;
  /** Tells the component that something of its own went wrong in a way that nobody else sees. */
  running(): boolean;
}

/** The part of a component that whoever runs the cluster drives. */
export interface ComponentEngine extends Component {
  start(): void;
  stop(): void;
  cutOff(yes: boolean): void;
  /** It begins nothing by itself when it starts: this is run instead, until somebody says `begin`. */
  beforeStart(run: () => void): void;
  begin(): void;
  /** The last thing that it does in good order. */
  onStop(run: () => Work<void>): void;
  slow(factor: number): void;
}

type Job =
  | { readonly do: 'watch'; readonly informer: string; readonly life: number }
  | { readonly do: 'list'; readonly informer: string; readonly life: number }
  | { readonly do: 'work'; readonly queue: string; readonly life: number }
  | { readonly do: 'later'; readonly queue: string; readonly key: Key; readonly at: number; readonly life: number }
  | { readonly do: 'timer'; readonly name: string; readonly data: object; readonly life: number };

export interface ComponentDeps {
  readonly loop: Loop;
  readonly transport: Transport;
  readonly caller: Caller;
  readonly seed: number;
  /** Called with what a reconcile threw; for the component's log. */
  readonly log?: (component: string, queue: string, key: string, error: unknown) => void;
}

interface Worker {
  readonly state: QueueState;
  readonly reconcile: Reconcile;
  readonly client: Client;
  readonly delay: Latency;
}

const RELIST: DurationMs = seconds(1);

export function createComponent(name: string, state: ComponentState, deps: ComponentDeps): ComponentEngine {
  const { loop, seed } = deps;
  const transport = reachable(deps.transport, state);
  const client = createClient(transport, deps.caller);
  const informers = new Map<string, InformerEngine>();
  const workers = new Map<string, Worker>();
  const timers = new Map<string, { run: (data: object, turn: Turn) => Work<void>; client: Client }>();
  const starts: (() => void)[] = [];
  const gates: (() => void)[] = [];
  const ends: (() => Work<void>)[] = [];
  const actor = `component/${name}`;
  const port = loop.actor<Job>(actor, (job) => {
    if (state.running && job.life === state.life) perform(job);
  });

  const failed = (where: string, key: string, error: unknown): void => {
    const count = counter(state, where);
    count.failed++;
    deps.log?.(name, where, key, error);
  };

  const turn = (by: Client, causes: readonly Cause[]): Turn => ({ client: by.because(causes), causes, now: loop.now });

  const tell = (queue: string, worker: Worker): void => {
    const wait = worker.delay.at(worker.state.taken + worker.state.ready.size) * state.slowness;
    port.post({ do: 'work', queue, life: state.life }, durationMs(wait));
  };

  const later = (queue: string, worker: Worker, key: Key, delay: DurationMs, causes: readonly Cause[]): void => {
    const at = loop.now() + delay;
    const known = worker.state.later.get(key);
    const because = addCauses(known?.causes ?? [], causes);
    if (known !== undefined && known.at <= at) {
      worker.state.later.set(key, { at: known.at, causes: because });
      return;
    }
    worker.state.later.set(key, { at, causes: because });
    port.post({ do: 'later', queue, key, at, life: state.life }, delay);
  };

  const work = (queue: string, worker: Worker): void => {
    const next = takeKey(worker.state);
    if (next === undefined) return;
    const { key, causes } = next;
    const life = state.life;
    counter(state, queue).begun++;
    loop.start(worker.reconcile(key, turn(worker.client, causes)), (outcome) => {
      if (state.life !== life) return;
      if (finish(worker.state, key)) tell(queue, worker);
      if (outcome.ok) {
        if (outcome.value?.behind === true) failedAgain(worker.state, key);
        else worker.state.failures.delete(key);
        if (outcome.value) later(queue, worker, key, outcome.value.after, timed(queue, causes));
        return;
      }
      failed(queue, key, outcome.error);
      later(queue, worker, key, backoff(failedAgain(worker.state, key)), causes);
    });
  };

  const perform = (job: Job): void => {
    switch (job.do) {
      case 'watch':
        if (!state.cutOff) informers.get(job.informer)?.receive();
        return;
      case 'list':
        informers.get(job.informer)?.start();
        return;
      case 'timer': {
        const timer = timers.get(job.name);
        if (timer === undefined) return;
        loop.start(
          timer.run(job.data, turn(timer.client, timed(job.name, loop.causes() as readonly Cause[]))),
          (outcome) => {
            if (!outcome.ok) failed(job.name, '', outcome.error);
          },
        );
        return;
      }
      case 'work': {
        const worker = workers.get(job.queue);
        if (worker !== undefined) work(job.queue, worker);
        return;
      }
      case 'later': {
        const worker = workers.get(job.queue);
        const due = worker?.state.later.get(job.key);
        if (worker === undefined || due?.at !== job.at) return;
        worker.state.later.delete(job.key);
        if (enqueue(worker.state, job.key, due.causes)) tell(job.queue, worker);
      }
    }
  };

  const wakeFor = (informer: string): Wake => ({
    actor,
    what: { do: 'watch', informer, life: state.life } satisfies Job,
  });

  const component: ComponentEngine = {
    name,
    seed,
    now: loop.now,
    age: loop.age,
    client,
    informer<T extends KubeObject>(type: ResourceType<T>, options: InformerOptions = {}): Informer<T> {
      const id = informerName(type, options);
      const known = informers.get(id);
      if (known !== undefined) return known as unknown as Informer<T>;
      const informer = createInformer(remembered(state.informers, id, newInformerState), type, options, {
        client,
        transport,
        wake: () => wakeFor(id),
        failed: (error) => {
          failed(id, '', error);
          port.post({ do: 'list', informer: id, life: state.life }, RELIST);
        },
      });
      informers.set(id, informer as unknown as InformerEngine);
      // One that is asked for only now, because something new is served, begins at once; one of a copy goes on.
      if (state.running && !state.held && !informer.synced()) informer.start();
      return informer;
    },
    queue(queue, reconcile, by = client) {
      const delay = latency(seed, 'queue', `${name}/${queue}`);
      const worker: Worker = { state: remembered(state.queues, queue, newQueueState), reconcile, client: by, delay };
      workers.set(queue, worker);
      return {
        add: (key, causes) => {
          if (enqueue(worker.state, key, causes)) tell(queue, worker);
        },
        addAfter: (key, wait, causes) => later(queue, worker, key, wait, causes),
      };
    },
    timer<T extends object>(timer: string, run: (data: T, turn: Turn) => Work<void>, by = client): Port<T> {
      timers.set(timer, { run: run as (data: object, turn: Turn) => Work<void>, client: by });
      return {
        post: (data, delay, causes) => port.post({ do: 'timer', name: timer, data, life: state.life }, delay, causes),
      };
    },
    memory<T extends object>(part: string, make: () => T): () => T {
      return () => remembered(state.memory, part, make) as T;
    },
    onStart: (run) => {
      starts.push(run);
    },
    running: () => state.running,
    start() {
      if (state.running) return;
      state.running = true;
      state.life++;
      if (gates.length === 0) component.begin();
      else state.held = true;
      for (const run of gates) run();
    },
    beforeStart: (run) => {
      gates.push(run);
    },
    begin() {
      state.held = false;
      for (const informer of informers.values()) informer.start();
      for (const run of starts) run();
    },
    onStop: (run) => {
      ends.push(run);
    },
    stop() {
      if (!state.running) return;
      for (const run of ends) loop.start(run(), () => undefined);
      state.running = false;
      state.life++;
      for (const informer of informers.values()) informer.stop();
      for (const { state: queue } of workers.values()) clearQueue(queue);
      state.memory.clear();
    },
    cutOff(yes) {
      state.cutOff = yes;
      if (!yes && state.running && !state.held)
        for (const id of informers.keys()) port.post({ do: 'list', informer: id, life: state.life }, RELIST);
    },
    slow(factor) {
      state.slowness = factor;
    },
  };
  return component;
}

/** A component can't reach the API. */
export class Unreachable extends Error {}

/** Fails whatever a component asks for while it is cut off, as a client does whose connection is refused. */
function reachable(transport: Transport, state: ComponentState): Transport {
  const refuse = (): void => {
    if (state.cutOff) throw new Unreachable('dial tcp 127.0.0.1:6443: connect: connection refused');
  };
  return {
    ...transport,
    *call(operation, caller) {
      refuse();
      return yield* transport.call(operation, caller);
    },
    watch(target, options, caller, wake) {
      refuse();
      return transport.watch(target, options, caller, wake);
    },
  };
}

function informerName(
  { group, resource }: ResourceType,
  { namespace, labelSelector, fieldSelector }: InformerOptions,
): string {
  return [group === '' ? resource : `${resource}.${group}`, namespace, labelSelector, fieldSelector]
    .filter((part) => part)
    .join(' ');
}

function remembered<T>(map: Map<string, T>, name: string, make: () => T): T {
  let value = map.get(name);
  if (value === undefined) {
    value = make();
    map.set(name, value);
  }
  return value;
}

/** Counts one more failure; answers how many there had been. */
function failedAgain({ failures }: QueueState, key: Key): number {
  const before = failures.get(key) ?? 0;
  failures.set(key, before + 1);
  return before;
}

function counter(state: ComponentState, queue: string): { begun: number; failed: number } {
  return remembered(state.counts, queue, () => ({ begun: 0, failed: 0 }));
}

function clearQueue(queue: QueueState): void {
  for (const part of [queue.ready, queue.busy, queue.again, queue.failures, queue.later]) part.clear();
}

function timed(what: string, because: readonly Cause[]): readonly Cause[] {
  return because.length === 0 ? [] : [{ kind: 'timer', what, because: because.slice(0, 4) }];
}
