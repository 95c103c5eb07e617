// A session on real time as the screen has it: the session's own clock, and what is read of its cluster, no oftener than one
// can see.

import { tableOf } from '../../sandbox/apiserver/registry.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { UserInfo } from '../../sandbox/kube/operation.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import { CoreEvents, EndpointSlices, Nodes, Pods, Services } from '../../sandbox/schema/generated/resources.ts';
import type { CoreV1Event, V1Pod } from '../../sandbox/schema/generated/types.ts';
import type { StoreState } from '../../sandbox/store/store.ts';
import { HOST_CLOCK, type HostClock } from '../../sandbox/time/pace.ts';
import { currentCluster } from '../session/clusters.ts';
import type { InputBody } from '../session/inputs.ts';
import { createLive } from '../session/live.ts';
import type { Session } from '../session/session.ts';
import { type ClusterView, clusterView, EMPTY_CLUSTER } from './clusterview.ts';

/** What was read of the cluster at one moment. */
export interface Reading {
  readonly cluster: ClusterView;
  readonly pods: readonly V1Pod[];
  readonly events: readonly CoreV1Event[];
}

export interface Live {
  readonly session: Session;
  reading(): Reading;
  /** Reads now, however often that is. */
  readonly look: () => Reading;
  /** Another number after anything has changed that is read. */
  changes(): number;
  /** Puts something in and lets everything happen that happens at this instant. */
  enter(body: InputBody): void;
  /** Virtual seconds in a real one; 0 while time stands still for any reason. */
  speed(): number;
  setSpeed(speed: number): void;
  /** The speed when it doesn't stand still. */
  rate(): number;
  /** The cluster can't follow real time, for it has too much to do. */
  slowed(): boolean;
  /** Time stands still as long as any reason holds. */
  hold(reason: string, held: boolean): void;
  undo(): string | undefined;
  /** Milliseconds of the cluster's time since the session began. */
  elapsed(): number;
  stop(): void;
}

export interface LiveOptions {
  /** Real time; the host's unless given. */
  readonly clock?: HostClock;
  /** Called after anything may have changed. */
  readonly onTurn: () => void;
  /** Called when an undo has put another cluster in place. */
  readonly onRewind: () => void;
}

/** Who the screen is, for the API. */
export const SCREEN: UserInfo = { name: 'k8s-learn:screen', groups: ['system:masters', 'system:authenticated'] };

/** The least real time between two readings, in milliseconds. */
const READING_MS = 100;

/** A lag that is worth a word, in real milliseconds; and how long the word stays. */
const SLOWED_MS = 150;
const SLOWED_SHOWN_MS = 2000;

const NOTHING: Reading = { cluster: EMPTY_CLUSTER, pods: [], events: [] };

export function goLive(session: Session, { clock = HOST_CLOCK, onTurn, onRewind }: LiveOptions): Live {
  const live = createLive(session, clock);
  let read = NOTHING;
  let readAt = Number.NEGATIVE_INFINITY;
  let readRevision = -1;
  let slowedAt = Number.NEGATIVE_INFINITY;

  let looked = -1;
  let lookedAt: string | undefined;
  let changed = 0;

  /** When something last changed that is shown. */
  const revision = (): number => {
    const { store, spec } = currentCluster(session.cluster()).state;
    if (looked >= 0 && (lookedAt !== spec.name || isUnseen(store, looked))) changed++;
    lookedAt = spec.name;
    looked = store.revision;
    return changed;
  };

  const look = (): Reading => {
    read = readCluster(session);
    readAt = clock.now();
    readRevision = revision();
    return read;
  };

  live.onTurn(() => {
    if (live.behind() > SLOWED_MS * live.speed()) slowedAt = clock.now();
    onTurn();
  });
  const unsubscribe = session.onRewind(() => {
    readRevision = -1;
    looked = -1;
    onRewind();
  });

  return {
    session,
    reading() {
      const due = readRevision < 0 || (clock.now() - readAt > READING_MS && readRevision !== revision());
      return due ? look() : read;
    },
    look,
    changes: revision,
    enter(body) {
      live.enter(body);
      session.settle();
    },
    speed: () => (live.held() ? 0 : live.speed()),
    setSpeed: live.setSpeed,
    rate: live.speed,
    slowed: () => !live.held() && clock.now() - slowedAt < SLOWED_SHOWN_MS,
    hold(reason, held) {
      if (held) live.hold(reason);
      else live.release(reason);
    },
    undo: live.undo,
    elapsed: () => session.now() - session.beginning.startTime,
    stop() {
      unsubscribe();
      live.stop();
    },
  };
}

/** What is read of a cluster; nothing else that is written changes a picture: leases are, all the time. */
const READ = [Nodes, Pods, Services, EndpointSlices, CoreEvents] as const;
const READ_TABLES: ReadonlySet<string> = new Set(READ.map(tableOf));

/** Whether anything was written since a revision that is shown. */
function isUnseen({ log, compacted }: StoreState, revision: number): boolean {
  if (compacted > revision) return true;
  for (let i = log.length - 1; i >= 0; i--) {
    const change = log[i];
    if (change === undefined || change.revision <= revision) return false;
    if (READ_TABLES.has(change.table)) return true;
  }
  return false;
}

/** Everything that the screen shows of a cluster: of several, the one of the learner's current context. */
export function readCluster(session: Session): Reading {
  const simulator = currentCluster(session.cluster());
  const client = simulator.client(SCREEN, 'screen');
  const all = <T extends KubeObject>(type: ResourceType<T>): readonly T[] => simulator.run(client.list(type)).items;
  const pods = all(Pods);
  const { name } = simulator.state.spec;
  const view = clusterView({ nodes: all(Nodes), pods, services: all(Services), slices: all(EndpointSlices) });
  const cluster = name === undefined ? view : { ...view, name };
  return { cluster, pods, events: all(CoreEvents) };
}
