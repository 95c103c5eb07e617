// What a plug-in of the scheduler is. Each one looks at a pod and at the cluster, and gives what it has worked out: a check
// for nodes, a score for nodes. Nothing of a plug-in outlives one attempt, and none of them does anything but decide.

import type { Interest } from './clusterevents.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { PodInfo } from './podinfo.ts';
import type { Snapshot } from './snapshot.ts';

/** Why a node, or a pod at all, is turned down. `Unschedulable` may change if pods of the node go; the other won't. */
export interface Rejection {
  readonly code: 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Error';
  readonly plugin: string;
  readonly reasons: readonly string[];
}

/** One pod's check of nodes. */
export interface Filter {
  check(node: NodeInfo): Rejection | undefined;
  /** No other nodes come into question. */
  readonly only?: ReadonlySet<string>;
  /** Reckons with one pod more, or less, on a node: to try out what would be if. */
  add?(pod: PodInfo, node: NodeInfo): void;
  remove?(pod: PodInfo, node: NodeInfo): void;
  /** The same check, with a memory of its own of pods added and removed. */
  copy?(): Filter;
}

/** One pod's opinion of nodes. */
export interface Scorer {
  score(node: NodeInfo): number;
  /** Brings the scores of all nodes between 0 and 100, in place. */
  normalize?(scores: number[], nodes: readonly NodeInfo[]): void;
}

export interface Plugin {
  readonly name: string;
  /** Undefined: it has nothing to say about this pod. A rejection: the pod fits nowhere. */
  readonly filter?: (pod: PodInfo, snapshot: Snapshot) => Filter | Rejection | undefined;
  readonly scorer?: (pod: PodInfo, snapshot: Snapshot, nodes: readonly NodeInfo[]) => Scorer | undefined;
  /** What may change its mind about pods that it rejected. */
  readonly interests: readonly Interest[];
}

export const MAX_SCORE = 100;

export function isRejection(result: Filter | Rejection): result is Rejection {
  return 'code' in result;
}

/** The best node gets 100, the others their share of it; `reversed`: the less the better. */
export function normalizeByMax(scores: number[], reversed: boolean): void {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  for (let i = 0; i < scores.length; i++) {
    const share = max === 0 ? 0 : Math.floor((MAX_SCORE * (scores[i] ?? 0)) / max);
    scores[i] = reversed ? MAX_SCORE - share : share;
  }
}
