// TaintToleration: taints keep pods out that don't tolerate them, or make a node the second choice.

import { KEEPING_OUT, toleratesAny, untolerated } from '../../kube/tolerations.ts';
import { nodeOf } from '../clusterevents.ts';
import { normalizeByMax, type Plugin, type Rejection } from '../plugin.ts';

const NAME = 'TaintToleration';

const REJECTION: Rejection = {
  code: 'UnschedulableAndUnresolvable',
  plugin: NAME,
  reasons: ['node(s) had untolerated taint(s)'],
};

export const taintToleration: Plugin = {
  name: NAME,
  filter({ pod }) {
    const { tolerations } = pod.spec ?? {};
    return {
      check: ({ node }) =>
        untolerated(node.spec?.taints, tolerations, KEEPING_OUT) === undefined ? undefined : REJECTION,
    };
  },
  scorer({ pod }) {
    const fitting = (pod.spec?.tolerations ?? []).filter(
      ({ effect = '' }) => effect === '' || effect === 'PreferNoSchedule',
    );
    return {
      score: ({ node }) => {
        const taints = node.spec?.taints;
        if (taints === undefined) return 0;
        return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !toleratesAny(fitting, taint)).length;
      },
      normalize: (scores) => normalizeByMax(scores, true),
    };
  },
  interests: [
    {
      resources: ['node'],
      actions: ['add', 'update taints'],
      helps: ({ pod }, event) => {
        const { tolerations } = pod.spec ?? {};
        const { before, after } = { before: event.before, after: nodeOf(event) };
        const bars = untolerated(after.spec?.taints, tolerations, KEEPING_OUT) !== undefined;
        if (before === undefined) return !bars;
        return (
          !bars && untolerated(nodeOf({ ...event, after: before }).spec?.taints, tolerations, KEEPING_OUT) !== undefined
        );
      },
    },
    {
      resources: ['unscheduled pod'],
      actions: ['update tolerations'],
      helps: ({ uid }, { after }) => after?.metadata?.uid === uid,
    },
  ],
};
