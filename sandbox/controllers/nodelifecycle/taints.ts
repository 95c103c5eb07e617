// Which taints a node shall have for what is known of it. Pure.

import type { V1Node, V1Taint } from '../../schema/generated/types.ts';
import { sameTaint } from '../shared/taints.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

export const NOT_READY_NO_EXECUTE: V1Taint = { key: NOT_READY, effect: 'NoExecute' };
export const UNREACHABLE_NO_EXECUTE: V1Taint = { key: UNREACHABLE, effect: 'NoExecute' };

/** By the type and the status of a condition. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['Ready False', NOT_READY],
  ['Ready Unknown', UNREACHABLE],
  ['MemoryPressure True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure True', 'node.kubernetes.io/pid-pressure'],
]);

const OWN: ReadonlySet<string> = new Set([...KEYS.values(), UNSCHEDULABLE]);

/** The taints that keep new pods away: those to add and those to take away. */
export function noScheduleChanges({ spec, status }: V1Node): {
  readonly add: readonly V1Taint[];
  readonly remove: readonly V1Taint[];
} {
  const keys = (status?.conditions ?? []).flatMap(({ type, status: is }) => KEYS.get(`${type} ${is}`) ?? []);
  if (spec?.unschedulable === true) keys.push(UNSCHEDULABLE);
  const wanted = keys.map((key): V1Taint => ({ key, effect: 'NoSchedule' }));
  const there = (spec?.taints ?? []).filter(({ key, effect }) => effect === 'NoSchedule' && OWN.has(key));
  return {
    add: wanted.filter((taint) => !there.some((one) => sameTaint(one, taint))),
    remove: there.filter((taint) => !wanted.some((one) => sameTaint(one, taint))),
  };
}

export function hasTaint({ spec }: V1Node, taint: V1Taint): boolean {
  return spec?.taints?.some((one) => sameTaint(one, taint)) === true;
}
