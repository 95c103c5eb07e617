// What must hold. Some things at every moment, the others whenever all is quiet.

import { controllers } from '../../sandbox/controllers/controllermanager.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { milliValue, parseQuantity } from '../../sandbox/kube/quantity.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import {
  DaemonSets,
  Deployments,
  EndpointSlices,
  Jobs,
  Nodes,
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
  ResourceQuotas,
  Services,
  StatefulSets,
} from '../../sandbox/schema/generated/resources.ts';
import type { V1Deployment, V1Pod, V1ReplicaSet } from '../../sandbox/schema/generated/types.ts';
import { whyObject } from '../../sandbox/why.ts';
import type { Played } from '../sandbox/controllers/played.ts';

/** A user may delete and make one of a name now and then. */
const MADE_MAX = 6;

const OWNERS: readonly ResourceType[] = [Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, Services];
const CHILDREN: readonly ResourceType[] = [ReplicaSets, Pods, EndpointSlices];

function ownedBy(pods: readonly V1Pod[], { metadata }: KubeObject): readonly V1Pod[] {
  return pods.filter(({ metadata: pod }) => pod?.ownerReferences?.some(({ uid }) => uid === metadata?.uid));
}

function isAlive({ metadata, status }: V1Pod): boolean {
  return metadata?.deletionTimestamp === undefined && status?.phase !== 'Failed' && status?.phase !== 'Succeeded';
}

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
}

/** What was asked of an object within the last while, at most and at least. */
export interface Bounds {
  readonly most: Map<string, number>;
  /** Uids by the name of a replica set: how often it was made. */
  readonly made: Map<string, Set<string>>;
  /** By the uid of a deployment: how many of its pods its sets would keep, and the generation of that moment. */
  readonly kept: Map<string, { readonly count: number; readonly generation: number }>;
}

/** At every moment: no set has more pods than it was ever asked for lately, no ordered pod comes before its turn. */
export function always(game: Played, bounds: Bounds): readonly string[] {
  const problems: string[] = [];
  const pods = game.list(Pods);
  for (const set of game.list(ReplicaSets)) {
    const uid = set.metadata?.uid ?? '';
    const there = ownedBy(pods, set).filter(isAlive).length;
    // One that is seen for the first time may have been asked for more a moment ago.
    const most = Math.max(bounds.most.get(uid) ?? there, set.spec?.replicas ?? 0);
    bounds.most.set(uid, most);
    const { name = '' } = set.metadata ?? {};
    const made = (bounds.made.get(name) ?? new Set()).add(uid);
    bounds.made.set(name, made);
    if (made.size > MADE_MAX) problems.push(`${name} was made ${made.size} times`);
    if (there > most) problems.push(`${set.metadata?.name} has ${there} pods where ${most} were the most ever wanted`);
  }
  for (const deployment of game.list(Deployments)) {
    const sets = game
      .list(ReplicaSets)
      .filter(({ metadata }) => metadata?.ownerReferences?.[0]?.uid === deployment.metadata?.uid);
    const uid = deployment.metadata?.uid ?? '';
    const most = Math.max(bounds.most.get(uid) ?? 0, (deployment.spec?.replicas ?? 0) + 1);
    bounds.most.set(uid, most);
    const wanted = sets.reduce((sum, { spec }) => sum + (spec?.replicas ?? 0), 0);
    if (wanted > most)
      problems.push(`deployment ${deployment.metadata?.name} wants ${wanted} pods, more than surge allows`);
    problems.push(...keptTooFew(deployment, sets, bounds));
  }
  problems.push(...overfull(game, pods));
  for (const set of game.list(StatefulSets)) problems.push(...outOfOrder(set, ownedBy(pods, set)));
  return problems;
}

/** While nobody asks for anything else, a deployment gives up available pods only down to what may be unavailable. */
function keptTooFew(
  { metadata, spec }: V1Deployment,
  sets: readonly V1ReplicaSet[],
  bounds: Bounds,
): readonly string[] {
  const { uid = '', name, generation = 0 } = metadata ?? {};
  const count = sets.reduce(
    (sum, set) => sum + Math.min(set.spec?.replicas ?? 0, set.status?.availableReplicas ?? 0),
    0,
  );
  const before = bounds.kept.get(uid);
  bounds.kept.set(uid, { count, generation });
  const least = (spec?.replicas ?? 0) - Math.max(1, Number(spec?.strategy?.rollingUpdate?.maxUnavailable ?? 0));
  const gaveUp = before?.generation === generation && count < before.count && sets.some(isScaledDown);
  return gaveUp && count < least ? [`deployment ${name} keeps ${count} available pods where it may keep ${least}`] : [];
}

/** Told to have fewer pods than it has: what is missing otherwise has been taken by somebody else. */
function isScaledDown({ spec, status }: V1ReplicaSet): boolean {
  return (spec?.replicas ?? 0) < (status?.availableReplicas ?? 0);
}

/** Nodes that were given more than they have. */
function overfull(game: Played, pods: readonly V1Pod[]): readonly string[] {
  return game.list(Nodes).flatMap(({ metadata, status }) => {
    const on = pods.filter((pod) => pod.spec?.nodeName === metadata?.name && isAlive(pod));
    const asked = on.flatMap(({ spec }) => spec?.containers ?? []).map(({ resources }) => resources?.requests?.['cpu']);
    const sum = asked.reduce((total, cpu) => total + milliValue(parseQuantity(String(cpu ?? '0'))), 0);
    const there = milliValue(parseQuantity(String(status?.allocatable?.['cpu'] ?? '0')));
    return sum <= there ? [] : [`node ${metadata?.name} has ${there}m of cpu and was given ${sum}m`];
  });
}

/** A pod that has just come, though one below it isn't there at all. */
function outOfOrder(set: KubeObject, pods: readonly V1Pod[]): readonly string[] {
  const numbers = new Map(pods.map((pod) => [Number((pod.metadata?.name ?? '').split('-').at(-1)), pod]));
  return [...numbers].flatMap(([number, pod]) => {
    const below = numbers.get(number - 1);
    const isNew = pod.status?.phase === 'Pending' && pod.spec?.nodeName === undefined;
    const early =
      isNew && number > 0 && (below === undefined || (!isReady(below) && below.status?.phase === 'Pending'));
    return early ? [`${set.metadata?.name}-${number} came before ${set.metadata?.name}-${number - 1}`] : [];
  });
}

/** When all is quiet, everything is as it was asked for. */
export function quiet(game: Played): readonly string[] {
  return [
    ...orphans(game),
    ...stuck(game),
    ...sets(game),
    ...deployments(game),
    ...stateful(game),
    ...daemons(game),
    ...jobs(game),
    ...endpoints(game),
    ...quotas(game),
    ...budgets(game),
    ...causes(game),
  ];
}

function orphans(game: Played): readonly string[] {
  const living = new Set(OWNERS.flatMap((type) => game.list(type)).map(({ metadata }) => metadata?.uid));
  return CHILDREN.flatMap((type) =>
    game.list(type).flatMap(({ metadata }) => {
      const owners = metadata?.ownerReferences ?? [];
      const lost = owners.length > 0 && owners.every(({ uid }) => !living.has(uid));
      return lost ? [`${type.resource}/${metadata?.name} has outlived its owner`] : [];
    }),
  );
}

function stuck(game: Played): readonly string[] {
  return [...OWNERS, ...CHILDREN].flatMap((type) =>
    game.list(type).flatMap(({ metadata }) => {
      return metadata?.deletionTimestamp === undefined ? [] : [`${type.resource}/${metadata.name} can't go`];
    }),
  );
}

function sets(game: Played): readonly string[] {
  const pods = game.list(Pods);
  return game.list(ReplicaSets).flatMap((set) => {
    const there = ownedBy(pods, set).filter(isAlive);
    const ready = there.filter(isReady).length;
    const { name } = set.metadata ?? {};
    const wanted = set.spec?.replicas ?? 0;
    const told = set.status;
    return [
      ...(there.length === wanted ? [] : [`${name} has ${there.length} pods instead of ${wanted}`]),
      ...(told?.replicas === there.length
        ? []
        : [`${name} tells of ${told?.replicas} pods instead of ${there.length}`]),
      ...((told?.readyReplicas ?? 0) === ready
        ? []
        : [`${name} tells of ${told?.readyReplicas} ready pods instead of ${ready}`]),
    ];
  });
}

function deployments(game: Played): readonly string[] {
  return game.list(Deployments).flatMap(({ metadata, spec, status }) => {
    const wanted = spec?.replicas ?? 0;
    const is = [status?.replicas, status?.updatedReplicas, status?.availableReplicas].map((count) => count ?? 0);
    const done = is.every((count) => count === wanted) && status?.observedGeneration === metadata?.generation;
    return done ? [] : [`deployment ${metadata?.name} stands at ${is.join('/')} of ${wanted}`];
  });
}

function stateful(game: Played): readonly string[] {
  const pods = game.list(Pods);
  return game.list(StatefulSets).flatMap((set) => {
    const { name } = set.metadata ?? {};
    const names = ownedBy(pods, set)
      .map(({ metadata }) => metadata?.name ?? '')
      .sort();
    const wanted = Array.from({ length: set.spec?.replicas ?? 0 }, (_, i) => `${name}-${i}`);
    return names.join() === wanted.join()
      ? []
      : [`stateful set ${name} has ${names.join()} instead of ${wanted.join()}`];
  });
}

function daemons(game: Played): readonly string[] {
  const pods = game.list(Pods);
  const nodes = game
    .list(Nodes)
    .map(({ metadata }) => metadata?.name ?? '')
    .sort();
  return game.list(DaemonSets).flatMap((set) => {
    const on = ownedBy(pods, set)
      .filter(isAlive)
      .map(({ spec }) => spec?.nodeName ?? '')
      .sort();
    return on.join() === nodes.join()
      ? []
      : [`daemon set ${set.metadata?.name} is on ${on.join()} instead of ${nodes.join()}`];
  });
}

function jobs(game: Played): readonly string[] {
  return game.list(Jobs).flatMap(({ metadata, spec, status }) => {
    const done = status?.conditions?.some(({ type }) => type === 'Complete') === true;
    if (!done) return [`job ${metadata?.name} is not complete`];
    const succeeded = status?.succeeded ?? 0;
    const wanted = spec?.completions ?? 1;
    return succeeded === wanted ? [] : [`job ${metadata?.name} counts ${succeeded} successes instead of ${wanted}`];
  });
}

function endpoints(game: Played): readonly string[] {
  const pods = game.list(Pods);
  return game.list(Services).flatMap(({ metadata, spec }) => {
    const app = spec?.selector?.['app'];
    if (app === undefined) return [];
    const wanted = pods
      .filter((pod) => pod.metadata?.labels?.['app'] === app && isReady(pod))
      .map(({ status }) => status?.podIP ?? '');
    const slices = game
      .list(EndpointSlices)
      .filter((slice) => slice.metadata?.labels?.['kubernetes.io/service-name'] === metadata?.name);
    const is = slices
      .flatMap(({ endpoints: all }) => all ?? [])
      .filter(({ conditions }) => conditions?.ready)
      .flatMap(({ addresses }) => addresses);
    return is.sort().join() === wanted.sort().join()
      ? []
      : [`service ${metadata?.name} leads to ${is.join()} instead of ${wanted.join()}`];
  });
}

/** What doesn't fit to what exists. A creation that was admitted and refused afterwards stays counted for a while. */
export function quotas(game: Played): readonly string[] {
  const used = {
    pods: game.list(Pods).filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed').length,
    'count/deployments.apps': game.list(Deployments).length,
  };
  return game
    .list(ResourceQuotas)
    .flatMap(({ metadata, status }) =>
      Object.entries(used).flatMap(([name, count]) =>
        status?.used?.[name] === String(count)
          ? []
          : [`quota ${metadata?.name} says ${status?.used?.[name]} ${name} instead of ${count}`],
      ),
    );
}

/** Pods of an application that are ready and stay. */
export function healthyPods(game: Played, app: string | undefined): readonly V1Pod[] {
  return game.list(Pods).filter((pod) => pod.metadata?.labels?.['app'] === app && isReady(pod) && isAlive(pod));
}

function budgets(game: Played): readonly string[] {
  return game.list(PodDisruptionBudgets).flatMap(({ metadata, spec, status }) => {
    const healthy = healthyPods(game, spec?.selector?.matchLabels?.['app']).length;
    const allowed = Math.max(0, healthy - Number(spec?.minAvailable ?? 0));
    const { currentHealthy = 0, disruptionsAllowed = 0 } = status ?? {};
    const told = `${currentHealthy} healthy pods, ${disruptionsAllowed} to spare`;
    return currentHealthy === healthy && disruptionsAllowed === allowed
      ? []
      : [`budget ${metadata?.name} tells of ${told} instead of ${healthy} and ${allowed}`];
  });
}

const LOOPS: ReadonlySet<string> = new Set(controllers({}).map(({ name }) => name));

/** What a control loop made leads back to somebody who asked for it. */
function causes(game: Played): readonly string[] {
  return CHILDREN.flatMap((type) =>
    game.list(type).flatMap(({ metadata }) => {
      if ((metadata?.ownerReferences ?? []).length === 0) return [];
      const first = whyObject(game.cluster, type, metadata?.namespace, metadata?.name ?? '')?.steps.at(-1);
      const made = `${type.resource}/${metadata?.name}`;
      if (first === undefined) return [`nobody knows why there is ${made}`];
      return LOOPS.has(first.actor) ? [`${made} goes back to ${first.actor} only`] : [];
    }),
  );
}
