// Controllers with one thing wrong each, as people get them wrong. Each wraps a real one from outside: what it is told, what
// it remembers, or what it writes is changed on the way.

import type { Client } from '../../sandbox/client/client.ts';
import type { Component, Queue, Requeue } from '../../sandbox/client/component.ts';
import type { Informer, Key } from '../../sandbox/client/informer.ts';
import type { Controller, ControllerHost } from '../../sandbox/controllers/controller.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import { DEFAULT_PLUGINS, DEFAULT_PROFILE } from '../../sandbox/scheduler/profiles.ts';
import type { SchedulerOptions } from '../../sandbox/scheduler/scheduler.ts';
import type { Work } from '../../sandbox/time/loop.ts';
import { durationMs } from '../../sandbox/time/units.ts';

export interface Broken {
  /** What is wrong. */
  readonly name: string;
  readonly controller: string;
  readonly breaks: (host: ControllerHost) => ControllerHost;
  /** What is said of it, where that is one thing. */
  readonly found?: RegExp;
}

/** The mutation of a hunt: one controller of all is replaced. */
export function mutation({ controller, breaks }: Broken): (one: Controller) => Controller {
  return (one) => (one.name === controller ? { ...one, setup: (host) => one.setup(breaks(host)) } : one);
}

type Change = Partial<Client>;

/** The same client with some of its calls changed; also where it is bound to causes. */
function changed(client: Client, change: (real: Client) => Change): Client {
  return { ...client, ...change(client), because: (causes) => changed(client.because(causes), change) };
}

/** A host whose writes are changed: those of the controller itself, and those of its turns. */
function writing(change: (real: Client) => Change): (host: ControllerHost) => ControllerHost {
  return (host) => ({ ...host, client: changed(host.client, change), component: turning(host.component, change) });
}

function turning(component: Component, change: (real: Client) => Change): Component {
  return {
    ...component,
    queue: (name, reconcile, by) =>
      component.queue(name, (key, turn) => reconcile(key, { ...turn, client: changed(turn.client, change) }), by),
    timer: (name, run, by) =>
      component.timer(name, (data, turn) => run(data, { ...turn, client: changed(turn.client, change) }), by),
  };
}

function withComponent(change: (real: Component) => Partial<Component>): (host: ControllerHost) => ControllerHost {
  return (host) => ({ ...host, component: { ...host.component, ...change(host.component) } });
}

/** Informers of one kind with some of their answers changed. */
function seeing(resource: string, change: (real: Informer<KubeObject>) => Partial<Informer<KubeObject>>) {
  return withComponent((component) => ({
    informer: <T extends KubeObject>(type: ResourceType<T>, options?: object): Informer<T> => {
      const real = component.informer(type, options);
      if (type.resource !== resource) return real;
      return { ...real, ...change(real as unknown as Informer<KubeObject>) } as unknown as Informer<T>;
    },
  }));
}

function queues(change: (queue: Queue) => Queue, requeue: (asked: Requeue) => Requeue) {
  return withComponent((component) => ({
    queue: (name, reconcile, by) =>
      change(
        component.queue(
          name,
          function* (key, turn): Work<Requeue> {
            return requeue(yield* reconcile(key, turn));
          },
          by,
        ),
      ),
  }));
}

function* nothing<T>(): Work<T> {
  return undefined as T;
}

type Counted = KubeObject & {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly succeeded?: number; readonly availableReplicas?: number };
};

export const BROKEN: readonly Broken[] = [
  {
    name: 'expectations are ignored',
    controller: 'replicaset-controller',
    breaks: withComponent((component) => ({
      memory: (name, make) => (name.startsWith('expectations') ? make : component.memory(name, make)),
    })),
  },
  {
    name: 'a stale cache doubles children',
    controller: 'replicaset-controller',
    breaks: seeing('pods', ({ by }) => ({ by: (index, value) => by(index, value).slice(1) })),
  },
  {
    name: 'a finalizer is lost sight of',
    controller: 'job-controller',
    breaks: writing(({ patch }) => ({
      patch: (type, ref, body) =>
        JSON.stringify(body.body).includes('finalizers') ? nothing() : patch(type, ref, body),
    })),
  },
  {
    name: 'surge is off by one',
    controller: 'deployment-controller',
    breaks: writing(({ update }) => ({
      update: (type, object) => {
        const { spec } = object as Counted;
        const more = type.resource === 'replicasets' && (spec?.replicas ?? 0) > 0;
        return update(type, more ? { ...object, spec: { ...spec, replicas: (spec?.replicas ?? 0) + 2 } } : object);
      },
    })),
  },
  {
    name: 'a requeue is forgotten',
    controller: 'job-controller',
    breaks: queues(
      (queue) => ({ ...queue, addAfter: () => {} }),
      () => undefined,
    ),
  },
  {
    name: 'the status is written before the act',
    controller: 'replicaset-controller',
    breaks: writing(({ updateStatus }) => ({
      updateStatus: (type, object) => {
        const { spec } = object as Counted;
        const { status } = object as KubeObject & { readonly status?: object };
        return updateStatus(type, { ...object, status: { ...status, replicas: (spec?.replicas ?? 0) + 1 } });
      },
    })),
  },
  {
    name: 'garbage is left lying',
    controller: 'generic-garbage-collector',
    breaks: writing(() => ({ delete: () => nothing() })),
  },
  {
    name: 'children of living owners are collected',
    controller: 'generic-garbage-collector',
    breaks: (host) =>
      writing(({ find }) => ({
        find: (type, ref) => (type.resource === 'deployments' ? nothing() : find(type, ref)),
      }))(seeing('deployments', () => ({ get: () => undefined }))(host)),
  },
  {
    name: 'order is not kept',
    controller: 'statefulset-controller',
    breaks: seeing('statefulsets', ({ get }) => ({
      get: (key: Key) => {
        const set = get(key) as Counted | undefined;
        return set === undefined ? undefined : { ...set, spec: { ...set.spec, podManagementPolicy: 'Parallel' } };
      },
    })),
  },
  {
    name: 'a queue spins',
    controller: 'deployment-controller',
    breaks: queues(
      (queue) => queue,
      () => ({ after: durationMs(100) }),
    ),
  },
  {
    name: 'endpoints are not taken back',
    controller: 'endpointslice-controller',
    breaks: writing(({ create }) => ({
      update: (_, object) => {
        return nothing<typeof object>();
      },
      create,
    })),
  },
  {
    name: 'successes are counted twice',
    controller: 'job-controller',
    breaks: writing(({ updateStatus }) => ({
      updateStatus: (type, object) => {
        const { status } = object as Counted;
        const { succeeded } = status ?? {};
        return updateStatus(
          type,
          succeeded === undefined ? object : { ...object, status: { ...status, succeeded: succeeded + 1 } },
        );
      },
    })),
  },
  {
    name: 'pods are given up before others are there',
    controller: 'deployment-controller',
    found: /available pods where it may keep/,
    breaks: writing(({ update }) => ({
      update: (type, object) => {
        const { spec, status } = object as Counted;
        const fewer = (spec?.replicas ?? 0) < (status?.availableReplicas ?? 0);
        return update(type, fewer ? { ...object, spec: { ...spec, replicas: 0 } } : object);
      },
    })),
  },
  {
    name: 'a budget is generous',
    controller: 'disruption-controller',
    found: /budget/,
    breaks: writing(({ updateStatus }) => ({
      updateStatus: (type, object) => {
        const { status } = object as Counted;
        return updateStatus(type, { ...object, status: { ...status, disruptionsAllowed: 1 } });
      },
    })),
  },
  {
    name: 'nobody remembers why',
    controller: 'replicaset-controller',
    found: /goes back to replicaset-controller only/,
    breaks: (host) =>
      withComponent((component) => ({
        queue: (name, reconcile, by) =>
          component.queue(name, (key, turn) => reconcile(key, { ...turn, client: by ?? turn.client }), by),
      }))(host),
  },
];

/** A scheduler that doesn't ask whether there is room. */
export const CARELESS: SchedulerOptions = {
  profiles: [
    {
      ...DEFAULT_PROFILE,
      plugins: DEFAULT_PLUGINS.filter(({ plugin }) => !/^NodeResources/.test(plugin.name)),
    },
  ],
};
