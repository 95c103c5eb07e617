// NodeAffinity: the nodes that a pod insists on, by selector or affinity, and those that it would like.

import { requiredNodes, termTest } from '../../kube/selectors/nodeselectors.ts';
import { nodeOf } from '../clusterevents.ts';
import { normalizeByMax, type Plugin, type Rejection } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';

const NAME = 'NodeAffinity';

const MISMATCH: Rejection = {
  code: 'UnschedulableAndUnresolvable',
  plugin: NAME,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
};

const CONFLICT: Rejection = {
  code: 'UnschedulableAndUnresolvable',
  plugin: NAME,
  reasons: ['pod affinity terms conflict'],
};

export const nodeAffinity: Plugin = {
  name: NAME,
  filter({ pod }) {
    const required = requiredNodes(pod);
    if (required === undefined) return undefined;
    const only = namesIn(pod);
    if (only?.size === 0) return CONFLICT;
    return {
      check: (node) => (required(node) ? undefined : MISMATCH),
      ...(only === undefined ? {} : { only }),
    };
  },
  scorer({ pod }) {
    const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const terms = preferred
      .filter(({ weight }) => weight !== 0)
      .map(({ preference, weight }) => ({ meets: termTest(preference), weight }));
    if (preferred.length === 0) return undefined;
    return {
      score: (node) => terms.reduce((sum, { meets, weight }) => (meets(node) ? sum + weight : sum), 0),
      normalize: (scores) => normalizeByMax(scores, false),
    };
  },
  interests: [
    {
      resources: ['node'],
      actions: ['add', 'update labels'],
      helps: ({ pod }, event) => {
        const required = requiredNodes(pod);
        if (required === undefined) return true;
        const { name = '', labels = {} } = nodeOf(event).metadata ?? {};
        if (!required({ name, labels })) return false;
        return event.before === undefined || !required({ name, labels: event.before.metadata?.labels ?? {} });
      },
    },
  ],
};

/** The nodes that a pod asks for by name, when each of its terms does; empty when they contradict themselves. */
function namesIn({ spec }: PodInfo['pod']): ReadonlySet<string> | undefined {
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  const all = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const named = matchFields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    const [first, ...rest] = named;
    if (first === undefined) return undefined;
    for (const name of first.values ?? []) if (rest.every(({ values = [] }) => values.includes(name))) all.add(name);
  }
  return all;
}
