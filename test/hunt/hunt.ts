// The hunt: random users act on random objects while things break around the control loops. Whenever all has been mended
// and time has passed, everything must be as it was asked for.

import type { Controller } from '../../sandbox/controllers/controller.ts';
import { type ControllerOptions, controllerManager, controllers } from '../../sandbox/controllers/controllermanager.ts';
import { kubeScheduler, type SchedulerOptions } from '../../sandbox/scheduler/scheduler.ts';
import { kubelets, type Played, played } from '../sandbox/controllers/played.ts';
import { diceOf } from './chance.ts';
import { breakSomething } from './faults.ts';
import { always, type Bounds, quiet, quotas } from './invariants.ts';
import { act } from './users.ts';

export interface HuntOptions {
  readonly seed: number;
  /** How often things are left to settle. */
  readonly rounds?: number;
  /** Puts something broken in the place of a controller. */
  readonly mutate?: (controller: Controller) => Controller;
  /** How the scheduler is set up. */
  readonly scheduler?: SchedulerOptions;
}

export interface Hunt {
  readonly problems: readonly string[];
  /** What was done, in order. */
  readonly log: readonly string[];
  /** All that is stored at the end, to compare with another run. */
  readonly stored: string;
}

const OPTIONS: ControllerOptions = {};
const STEP = 0.05;
/** So long may it take until all is as it was asked for. */
const SETTLE = 90;
/** After this time quotas are counted anew, whatever came in between. */
const COUNTED_ANEW = 300;
/** So long after something was broken nobody may rely on anything. */
const CALM_MS = 10_000;
/** A queue that works more often than this in a quiet minute spins. */
const SPINS = 100;

export function hunt({ seed, rounds = 4, mutate = (controller) => controller, scheduler = {} }: HuntOptions): Hunt {
  const dice = diceOf(seed);
  const dead = new Set<string>();
  const loops = controllers(OPTIONS).map(mutate);
  const base = played({
    seed,
    components: [
      controllerManager(OPTIONS, loops),
      kubeScheduler(scheduler),
      kubelets(({ metadata }) => (metadata?.labels?.['fate'] === 'Succeeded' ? 'Succeeded' : 'ready'), dead),
    ],
  });
  const game: Played = { ...base, dead };
  const log: string[] = [];
  const problems: string[] = [];
  for (let round = 0; round < rounds && problems.length === 0; round++) {
    const bounds: Bounds = { most: new Map(), made: new Map(), kept: new Map() };
    problems.push(...trouble(game, dice, log, bounds));
    if (problems.length > 0) break;
    game.wait(SETTLE);
    const miscounted = quotas(game).length;
    if (miscounted > 0 && miscounted === quiet(game).length) game.wait(COUNTED_ANEW);
    problems.push(...quiet(game), ...spinning(game));
  }
  return { problems, log, stored: storedIn(game) };
}

/** A while in which users act and things break; what breaks is mended at the end of it. */
function trouble(game: Played, dice: ReturnType<typeof diceOf>, log: string[], bounds: Bounds): readonly string[] {
  const mends: (() => void)[] = [];
  const seen: string[] = [];
  let broken: number = game.cluster.loop.now();
  for (let deeds = 0; deeds < 10; deeds++) {
    if (mends.length === 0 && dice.once(4)) {
      const { what, mend } = breakSomething(game, dice);
      log.push(what);
      mends.push(mend);
      broken = game.cluster.loop.now();
    } else {
      const calm = mends.length === 0 && game.cluster.loop.now() - broken > CALM_MS;
      log.push(
        act(game, dice, { calm, look: () => seen.push(...always(game, bounds)), found: (text) => seen.push(text) }),
      );
    }
    if (seen.length > 0) return seen;
    for (let steps = dice.roll(12); steps >= 0; steps--) {
      game.wait(STEP);
      const problems = always(game, bounds);
      if (problems.length > 0) return problems;
    }
    if (mends.length > 0 && dice.once(3)) {
      for (const mend of mends.splice(0)) mend();
      broken = game.cluster.loop.now();
    }
  }
  for (const mend of mends) mend();
  return watched(game, bounds);
}

/** What follows is looked at closely for a while. */
function watched(game: Played, bounds: Bounds): readonly string[] {
  for (let steps = 0; steps < 40; steps++) {
    game.wait(STEP);
    const problems = always(game, bounds);
    if (problems.length > 0) return problems;
  }
  return [];
}

function spinning(game: Played): readonly string[] {
  const counts = () =>
    new Map(
      [...game.cluster.state.components].flatMap(([name, { counts: all }]) =>
        [...all].map(([queue, { begun }]) => [`${name}/${queue}`, begun] as const),
      ),
    );
  const before = counts();
  game.wait(60);
  return [...counts()].flatMap(([queue, begun]) => {
    const times = begun - (before.get(queue) ?? 0);
    return queue.startsWith('kube-controller-manager/') && times > SPINS
      ? [`${queue} spins: ${times} times in a quiet minute`]
      : [];
  });
}

function storedIn({ cluster }: Played): string {
  const tables = [...cluster.state.store.tables.keys()].sort();
  return JSON.stringify(
    tables.map((table) => [table, cluster.store.list(table, '')]),
    (_, value) => (typeof value === 'bigint' ? String(value) : value),
  );
}
