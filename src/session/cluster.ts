// What a session's cluster is made of: the code that is wired to a state, the same for each copy of it.

import { API_SERVICE } from '../../sandbox/apihouse.ts';
import { CATALOGUE } from '../../sandbox/machine/images/catalogue.ts';
import { buildImages, type Image } from '../../sandbox/machine/images/format.ts';
import { directFabric } from '../../sandbox/machine/net/direct.ts';
import type { HttpService } from '../../sandbox/machine/network.ts';
import { PROGRAMS } from '../../sandbox/machine/programs/table.ts';
import type { ExecEnded } from '../../sandbox/machine/runtime/endings.ts';
import {
  assemble,
  newSimulatorState,
  type Parts,
  type Simulator,
  type SimulatorOptions,
  type SimulatorState,
} from '../../sandbox/simulator.ts';
import {
  addWorkstation,
  WORKSTATION_PROGRAMS,
  type WorkstationOptions,
  workstationKubeconfig,
} from '../workstation/workstation.ts';

/** Addresses under which the API server is found from the workstation and from inside. */
const API_ADDRESSES = ['127.0.0.1', '10.96.0.1', '172.18.0.2'];

let built: readonly Image[] | undefined;

/** All images, made once for the process: they are frozen and shared by all clusters. */
export function images(): readonly Image[] {
  built ??= [...buildImages(CATALOGUE)];
  return built;
}

/** The parts that every cluster of a session is assembled from. */
export function clusterParts(): Parts {
  return {
    programs: new Map([...PROGRAMS, ...WORKSTATION_PROGRAMS]),
    images: images(),
    fabric: ({ state, services }) => {
      const api = services.get(API_SERVICE);
      const byAddress = new Map<string, HttpService>();
      if (api !== undefined) for (const address of API_ADDRESSES) byAddress.set(address, api);
      return directFabric(state.machine, { latencyMs: 1, services: byAddress });
    },
  };
}

/** A cluster as a session has it. */
export interface LearnerCluster {
  readonly simulator: Simulator;
  /** Whom to tell the exit status of a command that was started on the workstation, by its key. */
  readonly waiting: Map<number, (status: number) => void>;
}

/** The actor that hears of the ends of commands. What nobody waits for (in a copy, mostly) is dropped. */
export const COMMANDS = 'workstation commands';

/** A fresh cluster with a workstation beside it. */
export function newCluster(options: SimulatorOptions, workstation: Partial<WorkstationOptions> = {}): LearnerCluster {
  const cluster = clusterOf(newSimulatorState({ ...options, images: images() }));
  addWorkstation(cluster.simulator.kernel, images(), { kubeconfig: workstationKubeconfig(), ...workstation });
  return cluster;
}

/** The cluster of a new or copied state. */
export function clusterOf(state: SimulatorState): LearnerCluster {
  const simulator = assemble(state, clusterParts());
  const waiting = new Map<number, (status: number) => void>();
  simulator.loop.actor<ExecEnded>(COMMANDS, ({ key, status }) => {
    if (typeof key === 'number') waiting.get(key)?.(status);
  });
  return { simulator, waiting };
}
