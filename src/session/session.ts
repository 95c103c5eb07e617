// A session: a cluster, the learner's shells, and the record of everything that was put in. The same beginning and the
// same inputs give the same cluster, byte for byte: replay, sharing and undo all stand on that.

import type { ClusterSpec } from '../../sandbox/cluster.ts';
import { createOutside, type Outside, type OutsideState } from '../../sandbox/outside.ts';
import type { Port } from '../../sandbox/time/loop.ts';
import { copyState } from '../../sandbox/time/state.ts';
import { type DurationMs, durationMs, type TimeMs } from '../../sandbox/time/units.ts';
import type { Ear } from '../../sandbox/wire/carrier.ts';
import { LESSON } from './checker.ts';
import { type Doors, learnerClusterOf, newLearnerCluster, plan, trialClusterOf } from './cluster.ts';
import { type LearnerCluster, simulatorOf } from './clusters.ts';
import type { Planned } from './deeds.ts';
import { putHomeFiles } from './home.ts';
import { type Input, type InputBody, inputText, isForeignWrite } from './inputs.ts';
import { applyManifests } from './manifests.ts';
import { createShells, type ShellState, type Shells, type ShellsState } from './shells.ts';

/** What a session begins with. */
export interface Beginning {
  /** The version of k8s-learn that began it. */
  readonly version: string;
  readonly seed: number;
  readonly startTime: TimeMs;
  /** Which lesson it is for; absent for free play. */
  readonly lesson?: string;
  /** The cluster; the usual one when absent. */
  readonly spec?: ClusterSpec;
}

/** What is written down, in order, each before it takes effect. */
export type Entry = Input | { readonly kind: 'undo'; readonly to: number };

/** Keeps entries safe; throws when it can't, and then the entry doesn't take effect. */
export type Recorder = (entry: Entry) => void;

export interface Session {
  readonly beginning: Beginning;
  /** Another one after each undo. */
  cluster(): LearnerCluster;
  shells(): ReadonlyMap<number, ShellState>;
  now(): TimeMs;
  /** Puts something in, at the first moment at which nothing is half done at this instant. */
  enter(body: InputBody): void;
  /** Puts in what was put in before, each at its moment; the session stands before the first of them. */
  play(inputs: readonly Input[]): void;
  /** Lets the cluster's time pass as fast as it goes. */
  advance(duration: DurationMs): void;
  settle(): void;
  /** Goes back to before the last command line; answers it, or nothing when there is none. */
  undo(): string | undefined;
  /** Goes back to before the first command line, or what a client outside has written, at or after a moment; answers whether there was one. */
  rewind(to: TimeMs): boolean;
  /** A copy of the cluster to try something on. */
  fork(): LearnerCluster;
  /** Another session that has come to this moment by the same inputs, and goes its own way from here. Its undo plays them again. */
  twin(): Session;
  inputs(): readonly Input[];
  /** Told what appears in which shell. */
  onOutput(listener: (shell: number, bytes: Uint8Array) => void): () => void;
  /** Told what clients outside are answered. */
  onClient(ear: Ear): () => void;
  /** Told when `cluster()` has become another one. */
  onRewind(listener: () => void): () => void;
}

/** Snapshots that are kept for undo. */
const SNAPSHOTS_MAX = 50;
/** So many when inputs are played again: whoever undoes more waits until they have been played once more. */
const SNAPSHOTS_PLAYED = 5;

interface Snapshot {
  /** How many inputs there were. */
  readonly inputs: number;
  readonly cluster: LearnerCluster['simulator']['state'];
  readonly shells: ShellsState;
  readonly clients: OutsideState;
}

interface Wired {
  readonly cluster: LearnerCluster;
  readonly shellsState: ShellsState;
  readonly clients: OutsideState;
  readonly hands: Hands;
  readonly port: Port<Input>;
}

const INPUTS = 'session inputs';
/** Cluster time in which watches that end are told so. */
const FAREWELL = durationMs(100);

/**
 * `tokenKey`: with what the cluster signs tokens and certificates, where they open something outside. It isn't recorded:
 * whoever plays the session again brings it again. `outside`: how webhooks are reached by URL; such a session can't be
 * played again, for their answers aren't recorded.
 */
export function createSession(
  beginning: Beginning,
  record: Recorder = () => {},
  tokenKey?: string,
  outside?: Doors['outside'],
): Session {
  const doors: Doors = {
    ...(tokenKey === undefined ? {} : { tokenKey }),
    ...(outside === undefined ? {} : { outside }),
  };
  return sessionFrom(beginning, record, doors);
}

/** How far a session has come. */
interface Standing extends Omit<Snapshot, 'inputs'> {
  readonly inputs: readonly Input[];
}

function sessionFrom(beginning: Beginning, record: Recorder, doors: Doors, standing?: Standing): Session {
  const inputs: Input[] = [...(standing?.inputs ?? [])];
  const snapshots: Snapshot[] = [];
  const outputs = new Set<(shell: number, bytes: Uint8Array) => void>();
  const ears = new Set<Ear>();
  const rewinds = new Set<() => void>();
  const isTwin = standing !== undefined;
  let wired =
    standing === undefined
      ? wire(freshCluster(beginning, doors), new Map(), new Map())
      : wire(learnerClusterOf(standing.cluster, doors), standing.shells, standing.clients);

  function wire(cluster: LearnerCluster, shellsState: ShellsState, clients: OutsideState): Wired {
    const shells = createShells(cluster, shellsState, (shell, bytes) => {
      for (const listener of outputs) listener(shell, bytes);
    });
    const outside = createOutside(cluster.simulator, clients, {
      head: (id, head) => {
        for (const ear of ears) ear.head(id, head);
      },
      data: (id, bytes) => {
        for (const ear of ears) ear.data(id, bytes);
      },
      end: (id) => {
        for (const ear of ears) ear.end(id);
      },
    });
    const hands = { shells, outside };
    const port = cluster.simulator.loop.actor<Input>(INPUTS, (input) => apply(cluster, hands, input));
    return { cluster, shellsState, clients, hands, port };
  }

  /** Clients outside saw what is taken back: their watches end as after a restore, whatever else is under way is cut. */
  function dismissClients(): void {
    const { cluster, clients } = wired;
    if (clients.size === 0) return;
    const shells = [...outputs];
    outputs.clear();
    cluster.simulator.api.watches.expire();
    cluster.simulator.advance(FAREWELL);
    for (const listener of shells) outputs.add(listener);
    for (const id of clients.keys()) for (const ear of ears) ear.end(id);
  }

  function put(body: InputBody): void {
    const input: Input = { n: inputs.length + 1, at: wired.cluster.simulator.loop.now(), ...body };
    record(input);
    take(input);
  }

  function take(input: Input): void {
    inputs.push(input);
    wired.port.post(input, undefined, [{ kind: 'input', input: input.n, what: inputText(input) }]);
  }

  function copyOfAll(): Omit<Snapshot, 'inputs'> {
    return {
      cluster: wired.cluster.simulator.snapshot(),
      shells: copyState(wired.shellsState),
      clients: copyState(wired.clients),
    };
  }

  function keepSnapshot(): void {
    const { simulator } = wired.cluster;
    if (isTwin || simulator.loop.waiting() > 0) return;
    snapshots.push({ ...copyOfAll(), inputs: inputs.length });
    if (snapshots.length > SNAPSHOTS_MAX) snapshots.shift();
  }

  /** To the moment at which only so many inputs were there: from the nearest that was kept, or from the beginning. */
  function restore(to: number): void {
    while ((snapshots.at(-1)?.inputs ?? -1) > to) snapshots.pop();
    const snapshot = snapshots.pop();
    const { at } = inputs[to] ?? {};
    const kept = inputs.splice(0).slice(0, to);
    wired =
      snapshot === undefined
        ? wire(freshCluster(beginning, doors), new Map(), new Map())
        : wire(learnerClusterOf(snapshot.cluster, doors), snapshot.shells, snapshot.clients);
    inputs.push(...kept.slice(0, snapshot?.inputs ?? 0));
    playAll(kept.slice(inputs.length), take);
    if (at !== undefined) wired.cluster.simulator.loop.runUntil(at, () => false);
  }

  /** Inputs at their moments. */
  function playAll(all: readonly Input[], put: (input: Input) => void): void {
    const lines = all.filter(({ kind }) => kind === 'line');
    const undoable = lines.at(-SNAPSHOTS_PLAYED) ?? lines[0];
    for (const input of all) {
      wired.cluster.simulator.loop.runUntil(input.at, () => false);
      if (input.kind === 'line' && input.n >= (undoable?.n ?? 0)) keepSnapshot();
      put(input);
    }
  }

  /** Whoever is connected from outside sees it as an etcd's restore. */
  function goBack(to: number): void {
    const seen = inputs.some(({ kind }) => kind === 'client' || kind === 'restored');
    // What was put in last, an undo's own bump too, has to have happened.
    wired.cluster.simulator.settle();
    const revision = wired.cluster.simulator.store.revision() + 1;
    record({ kind: 'undo', to });
    dismissClients();
    restore(to);
    if (seen) session.enter({ kind: 'restored', revision });
    for (const listener of rewinds) listener();
  }

  const session: Session = {
    beginning,
    cluster: () => wired.cluster,
    shells: () => wired.shellsState,
    now: () => wired.cluster.simulator.loop.now(),
    enter(body) {
      const { loop } = wired.cluster.simulator;
      loop.settle();
      if (body.kind === 'line') keepSnapshot();
      put(body);
    },
    play(all) {
      playAll(all, ({ n: _, at: __, ...body }) => put(body));
      session.settle();
    },
    advance: (duration) => wired.cluster.simulator.advance(duration),
    settle: () => wired.cluster.simulator.settle(),
    undo() {
      const last = inputs.findLast((input) => input.kind === 'line');
      if (last === undefined) return undefined;
      goBack(last.n - 1);
      return inputText(last);
    },
    rewind(to) {
      const first = inputs.find((input) => input.at >= to && (input.kind === 'line' || isForeignWrite(input)));
      if (first !== undefined) goBack(first.n - 1);
      return first !== undefined;
    },
    fork: () => trialClusterOf(wired.cluster.simulator.snapshot(), doors),
    twin() {
      session.settle();
      return sessionFrom(beginning, () => {}, doors, { ...copyOfAll(), inputs });
    },
    inputs: () => inputs,
    onOutput: (listener) => subscribed(outputs, listener),
    onClient: (ear) => subscribed(ears, ear),
    onRewind: (listener) => subscribed(rewinds, listener),
  };
  return session;
}

/** The session that such a beginning and such entries make, up to the moment of the last one. */
export function replay(
  beginning: Beginning,
  entries: readonly Entry[],
  record: Recorder = () => {},
  tokenKey?: string,
): Session {
  const kept: Input[] = [];
  for (const entry of entries) {
    if (entry.kind === 'undo') kept.length = Math.min(kept.length, entry.to);
    else kept.push(entry);
  }
  const session = createSession(beginning, record, tokenKey);
  session.play(kept);
  return session;
}

function freshCluster({ seed, startTime, spec }: Beginning, doors: Doors): LearnerCluster {
  return newLearnerCluster({ seed, startTime, ...(spec === undefined ? {} : { spec }) }, {}, doors);
}

/** What inputs act on. */
interface Hands {
  readonly shells: Shells;
  readonly outside: Outside;
}

function apply(cluster: LearnerCluster, { shells, outside }: Hands, input: Input): void {
  if (input.kind === 'line') shells.line(input.shell, input.line);
  else if (input.kind === 'keys') shells.keys(input.shell, Buffer.from(input.keys, 'latin1'));
  else if (input.kind === 'resize') shells.resize(input.shell, input.size);
  else if (input.kind === 'files') putHomeFiles(cluster, input.files, input.removed);
  else if (input.kind === 'client') outside.take(input.client);
  else if (input.kind === 'restored') goOnFrom(cluster, outside, input.revision);
  else if (input.kind === 'deeds') planDeeds(cluster, input.deeds, input.n);
  else if (input.kind === 'apply') applyAll(cluster, input);
  else if (input.kind === 'shell' && input.does === 'close') shells.close(input.shell);
  else if (input.kind === 'shell') shells.open(input.shell, input.size ?? { columns: 80, rows: 24 });
}

/** As an etcd that was restored with its revision bumped: who knows an older revision has to list again. */
function goOnFrom({ simulator: { store } }: LearnerCluster, outside: Outside, revision: number): void {
  outside.dropAll();
  store.bump(Math.max(0, revision - store.revision()));
}

function applyAll(cluster: LearnerCluster, { manifests, cluster: at, n }: Input & { readonly kind: 'apply' }): void {
  cluster.simulator.loop.start(applyManifests(simulatorOf(cluster, at), manifests, n), (outcome) => {
    if (!outcome.ok) throw outcome.error;
  });
}

function planDeeds(cluster: LearnerCluster, deeds: readonly Planned[], input: number): void {
  plan(cluster, deeds, [{ kind: 'input', input, what: LESSON }]);
}

/** Adds a listener; answers how it is taken away. */
export function subscribed<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
