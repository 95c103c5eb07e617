// PodTopologyLabels: a pod that is made on a node at once takes that node's zone and region over as labels. Those that
// are bound later get them with their binding.

import { topologyLabels } from '../../kube/nodelabels.ts';
import { Nodes } from '../../schema/generated/resources.ts';
import type { V1Node, V1Pod } from '../../schema/generated/types.ts';
import type { AdmissionPlugin } from './chain.ts';
import { isMain } from './refusal.ts';

export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  handles: (attributes) => attributes.verb === 'CREATE' && isMain(attributes, '', 'pods'),
  *mutate({ object, context }) {
    const pod = object as V1Pod;
    const { nodeName } = pod.spec ?? {};
    if (nodeName === undefined) return pod;
    const node = context.get<V1Node>(Nodes, undefined, nodeName);
    const labels = topologyLabels(node?.metadata?.labels);
    if (Object.keys(labels).length === 0) return pod;
    return { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, ...labels } } };
  },
};
