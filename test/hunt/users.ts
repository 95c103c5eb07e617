// Users who do this and that to objects of every kind, at random.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import { StatusError } from '../../sandbox/kube/status.ts';
import {
  DaemonSets,
  Deployments,
  Jobs,
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
  ResourceQuotas,
  Services,
  StatefulSets,
} from '../../sandbox/schema/generated/resources.ts';
import type { V1PodTemplateSpec } from '../../sandbox/schema/generated/types.ts';
import type { Work } from '../../sandbox/time/loop.ts';
import { durationMs } from '../../sandbox/time/units.ts';
import type { Played } from '../sandbox/controllers/played.ts';
import type { Dice } from './chance.ts';
import { healthyPods } from './invariants.ts';

const NAMES = ['a', 'b', 'c'];
const IMAGES = ['x:1', 'x:2', 'x:3'];

/** Who looks on while a user acts. */
export interface Witness {
  /** Nothing has been broken for a while. */
  readonly calm: boolean;
  look(): void;
  found(problem: string): void;
}

/** What a user does; answers what it was, for the log. */
export function act(game: Played, dice: Dice, witness: Witness): string {
  const deed = dice.pick(DEEDS) ?? create;
  return deed(game, dice, witness);
}

type Deed = (game: Played, dice: Dice, witness: Witness) => string;

const DEEDS: readonly Deed[] = [
  create,
  create,
  create,
  scale,
  scale,
  roll,
  roll,
  remove,
  removePod,
  removePod,
  strip,
  hurry,
  hurry,
  greed,
  evict,
];

function template(app: string, image: string, more: object = {}): V1PodTemplateSpec {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image }], ...more } };
}

/** Makers of objects by their kind. Names are per kind, so that nobody fights for pods. */
const MAKERS: readonly { readonly type: ResourceType; readonly make: (name: string, dice: Dice) => KubeObject }[] = [
  {
    type: Deployments,
    make: (name, dice) => ({
      spec: {
        replicas: dice.roll(5),
        selector: { matchLabels: { app: `deployment-${name}` } },
        template: template(`deployment-${name}`, dice.pick(IMAGES) ?? 'x:1'),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: dice.roll(2) } },
      },
    }),
  },
  {
    type: ReplicaSets,
    make: (name, dice) => ({
      spec: {
        replicas: dice.roll(5),
        selector: { matchLabels: { app: `set-${name}` } },
        template: template(`set-${name}`, 'x:1'),
      },
    }),
  },
  {
    type: StatefulSets,
    make: (name, dice) => ({
      spec: {
        replicas: dice.roll(4),
        serviceName: name,
        selector: { matchLabels: { app: `stateful-${name}` } },
        template: template(`stateful-${name}`, dice.pick(IMAGES) ?? 'x:1'),
      },
    }),
  },
  {
    type: DaemonSets,
    make: (name, dice) => ({
      spec: {
        selector: { matchLabels: { app: `daemon-${name}` } },
        template: template(`daemon-${name}`, dice.pick(IMAGES) ?? 'x:1'),
      },
    }),
  },
  {
    type: Jobs,
    make: (name, dice) => {
      const shape = { completions: 1 + dice.roll(4), parallelism: 1 + dice.roll(3) };
      const completionMode = dice.once(2) ? 'Indexed' : 'NonIndexed';
      const pods = template(`job-${name}`, 'x:1', { restartPolicy: 'Never' });
      const labels = { ...pods.metadata?.labels, fate: 'Succeeded' };
      return { spec: { ...shape, completionMode, template: { ...pods, metadata: { labels } } } };
    },
  },
  {
    type: Services,
    make: (name) => ({ spec: { selector: { app: `deployment-${name}` }, ports: [{ port: 80 }] } }),
  },
  {
    type: PodDisruptionBudgets,
    make: (name) => ({ spec: { minAvailable: 1, selector: { matchLabels: { app: `deployment-${name}` } } } }),
  },
  { type: ResourceQuotas, make: () => ({ spec: { hard: { 'count/deployments.apps': '50', pods: '500' } } }) },
];

function attempt(game: Played, work: Work<unknown>): string {
  try {
    game.cluster.run(work);
    return '';
  } catch (error) {
    if (error instanceof StatusError) return ` (refused: ${error.status.reason})`;
    throw error;
  }
}

function create(game: Played, dice: Dice, witness: Witness): string {
  const maker = dice.pick(MAKERS);
  const name = dice.pick(NAMES) ?? 'a';
  if (maker === undefined) return 'nothing';
  const object = { ...maker.make(name, dice), metadata: { name, namespace: 'default' } };
  const refused = attempt(game, game.client.create(maker.type, object));
  if (maker.type === StatefulSets) closely(game, witness);
  return `create ${maker.type.resource}/${name}${refused}`;
}

/** Looks at what follows a deed each millisecond. */
function closely(game: Played, { look }: Witness): void {
  for (let steps = 0; steps < 60; steps++) {
    game.cluster.advance(durationMs(1));
    look();
  }
}

function scale(game: Played, dice: Dice): string {
  const type = dice.pick<ResourceType>([Deployments, ReplicaSets, StatefulSets]) ?? Deployments;
  const replicas = dice.roll(6);
  const one = dice.pick(game.list(type).filter(({ metadata }) => metadata?.ownerReferences === undefined));
  if (one === undefined) return 'nothing to scale';
  const ref = { name: one.metadata?.name ?? '', namespace: 'default' };
  const patch = { type: 'merge', body: { spec: { replicas } } } as const;
  return `scale ${type.resource}/${ref.name} to ${replicas}${attempt(game, game.client.patch(type, ref, patch))}`;
}

function roll(game: Played, dice: Dice, witness: Witness): string {
  const type = dice.pick<ResourceType>([Deployments, StatefulSets, DaemonSets]) ?? Deployments;
  const image = dice.pick(IMAGES) ?? 'x:1';
  const one = dice.pick(game.list(type));
  if (one === undefined) return 'nothing to roll';
  const ref = { name: one.metadata?.name ?? '', namespace: 'default' };
  const body = { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } };
  const refused = attempt(game, game.client.patch(type, ref, { type: 'strategic', body }));
  if (type === Deployments) closely(game, witness);
  return `roll ${type.resource}/${ref.name} to ${image}${refused}`;
}

function remove(game: Played, dice: Dice): string {
  const maker = dice.pick(MAKERS);
  const one =
    maker === undefined
      ? undefined
      : dice.pick(game.list(maker.type).filter(({ metadata }) => metadata?.ownerReferences === undefined));
  if (maker === undefined || one === undefined) return 'nothing to delete';
  const ref = { name: one.metadata?.name ?? '', namespace: 'default' };
  const propagationPolicy = dice.pick(['Background', 'Foreground', 'Background'] as const) ?? 'Background';
  const refused = attempt(game, game.client.delete(maker.type, ref, { propagationPolicy }));
  return `delete ${maker.type.resource}/${ref.name} in the ${propagationPolicy.toLowerCase()}${refused}`;
}

function removePod(game: Played, dice: Dice): string {
  const pod = dice.pick(game.list(Pods));
  if (pod === undefined) return 'no pod to delete';
  const ref = { name: pod.metadata?.name ?? '', namespace: 'default' };
  return `delete pods/${ref.name}${attempt(game, game.client.delete(Pods, ref))}`;
}

/** Makes a set and changes it again and again, faster than anybody can follow. */
function hurry(game: Played, dice: Dice, { look }: Witness): string {
  const name = `hurried-${dice.roll(1000)}`;
  const metadata = { name, namespace: 'default' };
  const pods = template(name, 'x:1');
  const spec = { replicas: 3, selector: { matchLabels: { app: name } }, template: pods };
  const refused = attempt(game, game.client.create(ReplicaSets, { metadata, spec }));
  for (let i = 0; i < 12; i++) {
    for (let steps = 0; steps < 3; steps++) {
      game.cluster.advance(durationMs(1));
      look();
    }
    const body = { metadata: { annotations: { touched: String(i) } } };
    attempt(game, game.client.patch(ReplicaSets, metadata, { type: 'merge', body }));
  }
  return `hurry replicasets/${name}${refused}`;
}

/** Takes a pod out of its set by its label, and away: two things at once. */
function strip(game: Played, dice: Dice): string {
  const pod = dice.pick(game.list(Pods).filter(({ metadata }) => metadata?.labels?.['app']?.startsWith('set-')));
  if (pod === undefined) return 'no pod to release';
  const ref = { name: pod.metadata?.name ?? '', namespace: 'default' };
  const refused = attempt(
    game,
    game.client.patch(Pods, ref, { type: 'merge', body: { metadata: { labels: { app: 'nobody' } } } }),
  );
  return `release pods/${ref.name}${refused}`;
}

/** Pods of which only one fits on a node, and more of them than there are nodes. */
function greed(game: Played, dice: Dice): string {
  const name = `greedy-${dice.roll(1000)}`;
  const resources = { requests: { cpu: '40' } };
  const spec = { containers: [{ name: 'c', image: 'x:1', resources }] };
  const refused = ['1', '2', '3'].map((n) =>
    attempt(game, game.client.create(Pods, { metadata: { name: `${name}-${n}`, namespace: 'default' }, spec })),
  );
  return `create pods/${name}-1 to 3${refused.join('')}`;
}

/** Asks for a pod of a Deployment to be taken away, as far as its budget allows that. */
function evict(game: Played, dice: Dice, { calm, found }: Witness): string {
  const pod = dice.pick(game.list(Pods).filter(({ metadata }) => metadata?.labels?.['app']?.startsWith('deployment-')));
  if (pod === undefined) return 'no pod to evict';
  const { name = '', labels } = pod.metadata ?? {};
  const app = labels?.['app'];
  const ref = { name, namespace: 'default' };
  const healthy = healthyPods(game, app);
  const budget = game.list(PodDisruptionBudgets).find(({ spec }) => spec?.selector?.matchLabels?.['app'] === app);
  const refused = attempt(game, game.client.post(Pods, ref, 'eviction', { metadata: ref }));
  const [only] = healthy;
  const broke = budget !== undefined && refused === '' && healthy.length === 1 && only?.metadata?.name === name;
  if (calm && broke) found(`the last pod of ${app} was evicted against its budget`);
  return `evict pods/${name}${refused}`;
}
