// The metrics server: it asks each kubelet what runs there uses, again and again, and remembers the last two answers. The
// API server serves its figures as the resource metrics API.
//
// observe: nodes; the kubelets' /stats/summary.
// act:     remember; say that the API is available once there are figures.

import type { Component, ComponentEngine } from '../../client/component.ts';
import type { NodeDoor } from '../../kube/nodedoor.ts';
import { serviceAccountUser, type UserInfo } from '../../kube/operation.ts';
import { StatusError } from '../../kube/status.ts';
import { Nodes } from '../../schema/generated/resources.ts';
import type { Work } from '../../time/loop.ts';
import { seconds, type TimeMs } from '../../time/units.ts';
import { announce } from './install.ts';
import {
  type Batch,
  isReady,
  type MetricsState,
  newMetricsState,
  type Point,
  RESOLUTION,
  remember,
} from './samples.ts';
import { readSummary, type Summary } from './summary.ts';

const NAME = 'metrics-server';
/** The program is there some seconds after the nodes: its image is pulled, its certificate made. */
const FIRST_SCRAPE = seconds(4);

/** The door of a node's kubelet; undefined when nothing answers there. */
type Doors = (node: string) => NodeDoor | undefined;

interface MetricsServer {
  readonly name: string;
  readonly user: UserInfo;
  readonly setup: (component: ComponentEngine) => void;
}

/** The program as a simulator takes it. */
export function metricsServer(state: MetricsState, doors: Doors): MetricsServer {
  return {
    name: NAME,
    user: serviceAccountUser('kube-system', NAME),
    setup: (component) => setUp(component, state, doors),
  };
}

/** The API server itself notices that a service of its API answers; here it is told. */
const AGGREGATOR: UserInfo = { name: 'system:kube-aggregator', groups: ['system:masters'] };

function setUp(component: Component, state: MetricsState, doors: Doors): void {
  const nodes = component.informer(Nodes);
  const aggregator = component.client.as(AGGREGATOR, 'kube-aggregator');
  const scrape = component.timer<object>('scrape', function* (_, { causes, now }) {
    scrape.post({}, RESOLUTION);
    const names = nodes.list().map(({ metadata }) => metadata?.name ?? '');
    remember(state, yield* ask(names, doors, now()));
    if (isReady(state)) yield* announce(aggregator.because(causes), now());
  });
  component.onStart(() => {
    Object.assign(state, newMetricsState());
    scrape.post({}, FIRST_SCRAPE);
  });
}

function* ask(names: readonly string[], doors: Doors, now: TimeMs): Work<Batch> {
  const batch = { nodes: new Map<string, Point>(), pods: new Map<string, ReadonlyMap<string, Point>>() };
  for (const name of names) {
    const summary = yield* askNode(doors(name), now);
    if (summary?.node !== undefined) batch.nodes.set(name, summary.node);
    for (const [pod, containers] of summary?.pods ?? []) batch.pods.set(pod, containers);
  }
  return batch;
}

const SUMMARY = { method: 'GET', target: '/stats/summary', headers: {}, body: new Uint8Array() };

function* askNode(door: NodeDoor | undefined, now: TimeMs): Work<Summary | undefined> {
  if (door === undefined) return undefined;
  try {
    const { status, body } = yield* door.proxy(SUMMARY);
    return status === 200 && typeof body === 'string' ? readSummary(body, now) : undefined;
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}
