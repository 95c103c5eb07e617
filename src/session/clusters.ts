// The clusters of a session by their names, the first and those beside it, and which of them kubectl speaks to.

import type { Cluster } from '../../sandbox/cluster.ts';
import { ONLY_CLUSTER } from '../workstation/workstation.ts';
import { currentContext } from './contexts.ts';

/** A cluster as a session has it. */
export interface LearnerCluster {
  readonly simulator: Cluster;
  /** Whom to tell the exit status of a command that was started on the workstation, by its key. */
  readonly waiting: Map<number, (status: number) => void>;
}

/** What its clusters are called, the first first: contexts of the learner's kubeconfig have these names. */
export function clusterNames({ simulator: { state, beside } }: Pick<LearnerCluster, 'simulator'>): readonly string[] {
  return [state.spec.name ?? ONLY_CLUSTER, ...beside.keys()];
}

/** The cluster of a name; the first without one. */
export function simulatorOf({ simulator }: Pick<LearnerCluster, 'simulator'>, name?: string): Cluster {
  if (name === undefined || name === simulator.state.spec.name) return simulator;
  const found = simulator.beside.get(name);
  if (found === undefined) throw new Error(`no cluster is called ${name}`);
  return found;
}

/** The one that the learner's kubectl speaks to when no context is named. */
export function currentCluster({ simulator }: Pick<LearnerCluster, 'simulator'>): Cluster {
  if (simulator.beside.size === 0) return simulator;
  const name = currentContext(simulator);
  return (name === undefined ? undefined : simulator.beside.get(name)) ?? simulator;
}

/** Another number after anything was written, in whichever cluster. */
export function revisionOf({ simulator: { store, beside } }: Pick<LearnerCluster, 'simulator'>): number {
  let sum = Number(store.revision());
  for (const other of beside.values()) sum += Number(other.store.revision());
  return sum;
}
