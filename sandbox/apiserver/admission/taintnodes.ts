// TaintNodesByCondition: a node that has just come takes no pods until it says that it is ready.

import type { V1Node } from '../../schema/generated/types.ts';
import type { AdmissionPlugin } from './chain.ts';
import { isMain } from './refusal.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: (attributes) => attributes.verb === 'CREATE' && isMain(attributes, '', 'nodes'),
  *mutate({ object }) {
    const node = object as V1Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return node;
    return { ...node, spec: { ...node.spec, taints: [...taints, NOT_READY] } };
  },
};
