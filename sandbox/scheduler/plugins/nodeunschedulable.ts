// NodeUnschedulable: cordoned nodes take no pods but those that tolerate it.

import { toleratesAny } from '../../kube/tolerations.ts';
import { type ClusterEvent, nodeOf } from '../clusterevents.ts';
import type { Plugin, Rejection } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';

const NAME = 'NodeUnschedulable';
const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

const REJECTION: Rejection = {
  code: 'UnschedulableAndUnresolvable',
  plugin: NAME,
  reasons: ['node(s) were unschedulable'],
};

export const nodeUnschedulable: Plugin = {
  name: NAME,
  filter({ pod }) {
    if (toleratesAny(pod.spec?.tolerations, TAINT)) return undefined;
    return { check: ({ node }) => (node.spec?.unschedulable === true ? REJECTION : undefined) };
  },
  interests: [
    {
      resources: ['node'],
      actions: ['add', 'update taints'],
      helps: (_, event) => nodeOf(event).spec?.unschedulable !== true,
    },
    { resources: ['unscheduled pod'], actions: ['update tolerations'], helps: isAboutIt },
  ],
};

function isAboutIt({ uid }: PodInfo, { after }: ClusterEvent): boolean {
  return after?.metadata?.uid === uid;
}
