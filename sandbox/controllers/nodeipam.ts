// What a new node is given: a range of addresses for its pods, and a hint how long kubelets may keep config maps and
// secrets without asking again.
//
// observe: nodes.
// diff:    which have no range yet, which hint is right for so many nodes.
// act:     patch the node.

import { keyOf } from '../client/informer.ts';
import { own } from '../kube/json.ts';
import { Nodes } from '../schema/generated/resources.ts';
import type { V1Node } from '../schema/generated/types.ts';
import type { Controller } from './controller.ts';

/** 10.244.0.0/16 in ranges of 256 addresses. */
const PREFIX = '10.244';
const RANGES = 256;

/** Ranges in use, by number; the next one is looked for behind the last one given. Plain data. */
interface Ranges {
  readonly used: Map<number, string>;
  next: number;
}

export const nodeIpamController: Controller = {
  name: 'node-ipam-controller',
  account: 'node-controller',
  source: 'cidrAllocator',
  setup({ component, client, events }) {
    const nodes = component.informer(Nodes);
    const ranges = component.memory<Ranges>('pod ranges', () => ({ used: new Map(), next: 0 }));
    const queue = component.queue(
      'pod ranges',
      function* (name, turn) {
        const node = nodes.get(name);
        if (node === undefined || node.spec?.podCIDR !== undefined) return undefined;
        for (const other of nodes.list()) occupy(ranges(), other);
        const number = free(ranges());
        if (number === undefined) {
          const message = `Node ${name} status is now: CIDRNotAvailable`;
          const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: node.metadata?.uid ?? '' } };
          events.note({ about, type: 'Normal', reason: 'CIDRNotAvailable', message, causes: turn.causes });
          throw new Error(
            'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
          );
        }
        ranges().used.set(number, name);
        const podCIDR = `${PREFIX}.${number}.0/24`;
        yield* turn.client.patch(
          Nodes,
          { name },
          { type: 'strategic', body: { spec: { podCIDR, podCIDRs: [podCIDR] } } },
        );
        return undefined;
      },
      client,
    );
    nodes.on(({ type, object, causes }) => {
      if (type === 'deleted') release(ranges(), object);
      else if (object.spec?.podCIDR === undefined) queue.add(keyOf(object), causes);
      else occupy(ranges(), object);
    });
  },
};

function numberOf({ spec }: V1Node): number | undefined {
  const match = /^10\.244\.(\d{1,3})\.0\/24$/.exec(spec?.podCIDR ?? '');
  return match === null ? undefined : Number(match[1]);
}

function occupy({ used }: Ranges, node: V1Node): void {
  const number = numberOf(node);
  if (number !== undefined) used.set(number, node.metadata?.name ?? '');
}

function release({ used }: Ranges, node: V1Node): void {
  for (const [number, name] of used) if (name === node.metadata?.name) used.delete(number);
}

function free(ranges: Ranges): number | undefined {
  for (let i = 0; i < RANGES; i++) {
    const number = (ranges.next + i) % RANGES;
    if (ranges.used.has(number)) continue;
    ranges.next = number + 1;
    return number;
  }
  return undefined;
}

const TTL = 'node.alpha.kubernetes.io/ttl';

/** Seconds by the number of nodes; the bounds overlap, so that it doesn't go to and fro. */
const BOUNDARIES = [
  { min: 0, max: 100, ttl: 0 },
  { min: 90, max: 500, ttl: 15 },
  { min: 450, max: 1000, ttl: 30 },
  { min: 900, max: 2000, ttl: 60 },
  { min: 1800, max: Number.POSITIVE_INFINITY, ttl: 300 },
] as const;

export const ttlController: Controller = {
  name: 'ttl-controller',
  setup({ component, client }) {
    const nodes = component.informer(Nodes);
    const step = component.memory<{ at: number }>('ttl step', () => ({ at: 0 }));
    const queue = component.queue(
      'ttl',
      function* (name, turn) {
        const node = nodes.get(name);
        const ttl = String(BOUNDARIES[step().at]?.ttl ?? 0);
        if (node === undefined || own(node.metadata?.annotations, TTL) === ttl) return undefined;
        const body = { metadata: { annotations: { [TTL]: ttl } } };
        yield* turn.client.patch(Nodes, { name }, { type: 'strategic', body });
        return undefined;
      },
      client,
    );
    nodes.on(({ object, causes }) => {
      const count = nodes.list().length;
      const bounds = BOUNDARIES[step().at];
      if (bounds !== undefined && count > bounds.max) step().at++;
      else if (bounds !== undefined && count < bounds.min) step().at--;
      queue.add(keyOf(object), causes);
    });
  },
};
