// In which order groups and versions are preferred: the priorities of the APIServices that stand for them.

import { compareText } from '../kube/go/text.ts';

export interface GroupVersionPriority {
  readonly group: string;
  readonly version: string;
  readonly groupPriorityMinimum: number;
  readonly versionPriority: number;
}

/** Group → its priority, and that of its versions where it isn't the usual one. */
const GROUPS: Readonly<Record<string, readonly [group: number, versions?: Readonly<Record<string, number>>]>> = {
  '': [18000, { v1: 1 }],
  apps: [17800],
  'events.k8s.io': [17750],
  'authentication.k8s.io': [17700],
  'authorization.k8s.io': [17600],
  autoscaling: [17500, { v2: 30 }],
  batch: [17400],
  'certificates.k8s.io': [17300],
  'networking.k8s.io': [17200],
  policy: [17100],
  'rbac.authorization.k8s.io': [17000],
  'storage.k8s.io': [16800],
  'apiextensions.k8s.io': [16700],
  'admissionregistration.k8s.io': [16700],
  'scheduling.k8s.io': [16600],
  'coordination.k8s.io': [16500],
  'node.k8s.io': [16300],
  'discovery.k8s.io': [16200],
  'resource.k8s.io': [16200, { v1: 21 }],
  'flowcontrol.apiserver.k8s.io': [16100, { v1: 21 }],
};

/** The aggregator serves its own group itself, before all others. */
export const OWN_GROUP = 'apiregistration.k8s.io';
const OWN_PRIORITY = 100_000;
const VERSION_PRIORITY = 15;
/** What groups of CustomResourceDefinitions get. */
const CUSTOM_GROUP_PRIORITY = 1000;
const CUSTOM_VERSION_PRIORITY = 100;

export function priorityOf(group: string, version: string): GroupVersionPriority {
  if (group === OWN_GROUP)
    return { group, version, groupPriorityMinimum: OWN_PRIORITY, versionPriority: VERSION_PRIORITY };
  const known = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
  return {
    group,
    version,
    groupPriorityMinimum: known?.[0] ?? CUSTOM_GROUP_PRIORITY,
    versionPriority: known === undefined ? CUSTOM_VERSION_PRIORITY : (known[1]?.[version] ?? VERSION_PRIORITY),
  };
}

/** Orders group versions by preference. */
export function byPreference(
  a: { readonly group: string; readonly version: string },
  b: { readonly group: string; readonly version: string },
): number {
  const [left, right] = [priorityOf(a.group, a.version), priorityOf(b.group, b.version)];
  return (
    right.groupPriorityMinimum - left.groupPriorityMinimum ||
    compareText(a.group, b.group) ||
    right.versionPriority - left.versionPriority ||
    compareVersions(a.version, b.version)
  );
}

const KUBE_VERSION = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/;
const STAGES = ['alpha', 'beta', undefined];

/** Orders versions as Kubernetes does: stable before beta before alpha, newer before older; anything else behind, by its letters. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [KUBE_VERSION.exec(a), KUBE_VERSION.exec(b)];
  if (left === null || right === null) {
    if (left === null && right === null) return compareText(a, b);
    return left === null ? 1 : -1;
  }
  const rank = (match: RegExpExecArray): readonly number[] => [
    STAGES.indexOf(match[2]),
    Number(match[1]),
    Number(match[3] ?? 0),
  ];
  const [x, y] = [rank(left), rank(right)];
  return x.map((value, i) => (y[i] ?? 0) - value).find((difference) => difference !== 0) ?? 0;
}
