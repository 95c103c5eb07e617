// Evidence: why an object isn't well, from what the API shows. It follows the trouble to where it really is: from a
// Deployment to the Pod that isn't ready, from that Pod to its node.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { V1Pod } from '../../sandbox/schema/generated/types.ts';
import { conditionsOf, containersOf, isTrue, line } from './reading.ts';
import { type Finding, findingOf, type Lookup, type Row } from './row.ts';
import { CLUSTER } from './rows/cluster.ts';
import { CONTAINERS } from './rows/containers.ts';
import { IMAGES } from './rows/images.ts';
import { BATCH } from './rows/jobs.ts';
import { LIMITS } from './rows/limits.ts';
import { NETWORK } from './rows/network.ts';
import { ENDED, LEAVING, RUNNING } from './rows/pods.ts';
import { SCHEDULING } from './rows/scheduling.ts';
import { STORAGE } from './rows/storage.ts';
import { WORKLOADS } from './rows/workloads.ts';

/** All states that are recognised; of one kind, the most telling first. */
export const ROWS: readonly Row[] = [
  ...LEAVING,
  ...ENDED,
  ...SCHEDULING,
  ...IMAGES,
  ...CONTAINERS,
  ...RUNNING,
  ...WORKLOADS,
  ...BATCH,
  ...NETWORK,
  ...STORAGE,
  ...LIMITS,
  ...CLUSTER,
];

const BY_KIND: ReadonlyMap<string, readonly Row[]> = new Map(
  [...new Set(ROWS.map(({ kind }) => kind))].map((kind) => [kind, ROWS.filter((row) => row.kind === kind)]),
);

/** How far trouble is followed. */
const DEPTH_MAX = 4;

/** From the object to where the trouble is; empty when nothing is wrong with it, as far as can be seen. */
export function evidenceOf(object: KubeObject, look: Lookup): readonly Finding[] {
  const findings: Finding[] = [];
  let here: KubeObject | undefined = object;
  for (let depth = 0; here !== undefined && depth < DEPTH_MAX; depth++) {
    const at: KubeObject = here;
    const found = firstFinding(at, look) ?? conditionFinding(at, look);
    if (found === undefined) break;
    findings.push(found);
    here = ROWS.find(({ id }) => id === found.id)?.leads?.(at, look);
  }
  return findings;
}

function firstFinding(object: KubeObject, look: Lookup): Finding | undefined {
  for (const row of BY_KIND.get(object.kind ?? '') ?? []) {
    const found = findingOf(row, object, look);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Kinds that nobody wrote rows for say it with a condition, as the API's conventions want. */
const BAD_WHEN_TRUE = /Fail|Error|Degraded|Stalled|Pressure|Unavailable/;

const BY_CONDITION: Omit<Row, 'kind'> = {
  id: 'condition',
  when: (object) => {
    const found = conditionsOf(object).find(({ type, status, message = '' }) =>
      BAD_WHEN_TRUE.test(type) ? status === 'True' : status === 'False' && message !== '',
    );
    return (
      found && { condition: `${found.type}=${found.status}`, reason: found.reason ?? '', message: line(found.message) }
    );
  },
  evidence: { en: '{condition}: {reason} {message}', ja: '{condition}: {reason} {message}' },
  cause: {
    en: 'Its controller says so itself, in a condition.',
    ja: 'コントローラー自身が、状態（condition）としてそう報告しています。',
  },
  next: 'kubectl get {kind} {name}{n} -o yaml',
};

function conditionFinding(object: KubeObject, look: Lookup): Finding | undefined {
  const kind = object.kind ?? '';
  const next = BY_CONDITION.next.replace('{kind}', kind.toLowerCase());
  return BY_KIND.has(kind) ? undefined : findingOf({ ...BY_CONDITION, kind, next }, object, look);
}

/** What an unhappy object is called in a word, as `kubectl get` shows it; undefined for kinds that have no such word. */
export function summaryOf(object: KubeObject): string | undefined {
  if (object.kind !== 'Pod') return undefined;
  const pod = object as V1Pod;
  if (pod.metadata?.deletionTimestamp !== undefined) return 'Terminating';
  const states = containersOf(pod).map(({ status }) => status?.state);
  const unhappy = states.find((state) => state?.waiting !== undefined || state?.terminated !== undefined);
  const { waiting, terminated } = unhappy ?? {};
  if (waiting?.reason !== undefined) return waiting.reason;
  if (terminated !== undefined) return terminated.reason ?? `exit code ${terminated.exitCode}`;
  const all = pod.status?.containerStatuses ?? [];
  const ready = all.filter((one) => one.ready).length;
  return `${pod.status?.phase ?? 'Pending'} ${ready}/${pod.spec?.containers.length ?? 0}`;
}

/** Whether an object is as it should be, as far as it says so itself. */
export function isWell(object: KubeObject): boolean {
  const pod = object as V1Pod;
  if (object.metadata?.deletionTimestamp !== undefined) return false;
  if (object.kind === 'Pod') return pod.status?.phase === 'Succeeded' || isTrue(object, 'Ready');
  if (object.kind === 'PersistentVolumeClaim') return pod.status?.phase === 'Bound';
  return object.kind === 'Node' ? isTrue(object, 'Ready') : true;
}
