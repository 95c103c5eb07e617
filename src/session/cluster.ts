// What a session's cluster is made of: the embedded one, and the learner's workstation beside it.

import {
  type Cluster,
  type ClusterOptions,
  type ClusterState,
  clusterOf,
  type Extras,
  images,
} from '../../sandbox/cluster.ts';
import type { Cause } from '../../sandbox/kube/cause.ts';
import type { ExecEnded } from '../../sandbox/machine/runtime/endings.ts';
import { OUTSIDE_READER } from '../../sandbox/outside.ts';
import { durationMs } from '../../sandbox/time/units.ts';
import { builtDocumentation } from '../../sandbox/wire/texts.ts';
import {
  addWorkstation,
  WORKSTATION_PROGRAMS,
  type WorkstationOptions,
  workstationKubeconfig,
} from '../workstation/workstation.ts';
import { answer } from './answer.ts';
import { auditLog } from './auditprogram.ts';
import { clusterNames, currentCluster, type LearnerCluster } from './clusters.ts';
import { COMMANDS } from './command.ts';
import { type Planned, perform } from './deeds.ts';
import { readyCluster } from './ready/ready.ts';
import { why } from './whyprogram.ts';

/** The actor that does what was planned. */
const DEEDS = 'deeds';

type Befalling = Omit<Planned, 'after'>;

/** The actors that read what shells write, and that hear of their ends. */
export const SHELL_READER = 'terminals';
export const SHELL_ENDS = 'shell ends';

/** What leads out of the cluster; it isn't recorded. */
export type Doors = Pick<Extras, 'tokenKey' | 'outside'>;

function extrasOf(doors: Doors): Extras {
  return {
    documentation: builtDocumentation,
    programs: (cluster) =>
      new Map([
        ...WORKSTATION_PROGRAMS,
        ['why', why(() => currentCluster({ simulator: cluster() }))],
        ['audit-log', auditLog(() => currentCluster({ simulator: cluster() }))],
        ['answer', answer],
      ]),
    ...doors,
  };
}

/** A fresh cluster with a workstation beside it, `UNTIL_READY` after its start time. */
export function newLearnerCluster(
  options: ClusterOptions,
  workstation: Partial<WorkstationOptions> = {},
  doors: Doors = {},
): LearnerCluster {
  const cluster = readyCluster(options, extrasOf(doors));
  addWorkstation(cluster.kernel, images(), {
    kubeconfig: workstationKubeconfig({ clusters: clusterNames({ simulator: cluster }) }),
    ...workstation,
  });
  return listening(cluster);
}

/** The cluster of a copied state. */
export function learnerClusterOf(state: ClusterState, doors: Doors = {}): LearnerCluster {
  return listening(clusterOf(state, extrasOf(doors)));
}

/** A copy to try something on: nobody sits at its terminals, and clients outside hear nothing of it. */
export function trialClusterOf(state: ClusterState, doors: Doors = {}): LearnerCluster {
  const cluster = learnerClusterOf(state, doors);
  for (const name of [SHELL_READER, SHELL_ENDS, OUTSIDE_READER]) cluster.simulator.loop.actor(name, () => {});
  return cluster;
}

function listening(simulator: Cluster): LearnerCluster {
  const waiting = new Map<number, (status: number) => void>();
  const cluster = { simulator, waiting };
  simulator.loop.actor<ExecEnded>(COMMANDS, ({ key, status }) => {
    if (typeof key === 'number') waiting.get(key)?.(status);
  });
  simulator.loop.actor<Befalling>(DEEDS, (deed) => perform(cluster, deed, simulator.loop.causes() as readonly Cause[]));
  return cluster;
}

/** Plans what is to befall the cluster; copies that are made before carry it on. */
export function plan({ simulator }: LearnerCluster, planned: readonly Planned[], causes: readonly Cause[]): void {
  const { loop } = simulator;
  loop.because(causes, () => {
    for (const { after, ...deed } of planned) loop.wake({ actor: DEEDS, what: deed }, durationMs(after));
  });
}
