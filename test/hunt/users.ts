// Users who do this and that to objects of every kind, at random.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import { StatusError } from '../../sandbox/kube/status.ts';
import {
  DaemonSets,
  Deployments,
  Jobs,
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

const NAMES = ['a', 'b', 'c'];
const IMAGES = ['x:1', 'x:2', 'x:3'];

/** What a user does; answers what it was, for the log. `look` is called while that goes on. */
export function act(game: Played, dice: Dice, look: () => void): string {
  const deed = dice.pick(DEEDS) ?? create;
  return deed(game, dice, look);
}

type Deed = (game: Played, dice: Dice, look: () => void) => string;

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

function create(game: Played, dice: Dice): string {
  const maker = dice.pick(MAKERS);
  const name = dice.pick(NAMES) ?? 'a';
  if (maker === undefined) return 'nothing';
  const object = { ...maker.make(name, dice), metadata: { name, namespace: 'default' } };
  return `create ${maker.type.resource}/${name}${attempt(game, game.client.create(maker.type, object))}`;
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

function roll(game: Played, dice: Dice): string {
  const type = dice.pick<ResourceType>([Deployments, StatefulSets, DaemonSets]) ?? Deployments;
  const image = dice.pick(IMAGES) ?? 'x:1';
  const one = dice.pick(game.list(type));
  if (one === undefined) return 'nothing to roll';
  const ref = { name: one.metadata?.name ?? '', namespace: 'default' };
  const body = { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } };
  return `roll ${type.resource}/${ref.name} to ${image}${attempt(game, game.client.patch(type, ref, { type: 'strategic', body }))}`;
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
function hurry(game: Played, dice: Dice, look: () => void): string {
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
