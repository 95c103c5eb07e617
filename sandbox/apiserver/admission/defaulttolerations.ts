// DefaultTolerationSeconds: every pod stays five minutes on a node that stops answering, unless it says otherwise.

import type { V1Pod, V1Toleration } from '../../schema/generated/types.ts';
import type { AdmissionPlugin } from './chain.ts';

const SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: ({ verb, served, subresource }) =>
    (verb === 'CREATE' || verb === 'UPDATE') &&
    subresource === '' &&
    served.type.group === '' &&
    served.type.resource === 'pods',
  *mutate({ object }) {
    const pod = object as V1Pod;
    if (pod.spec === undefined) return pod;
    const tolerations = pod.spec.tolerations ?? [];
    const missing = TAINTS.filter((key) => !tolerations.some((toleration) => covers(toleration, key)));
    if (missing.length === 0) return pod;
    const added = missing.map(
      (key): V1Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }),
    );
    return { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } };
  },
};

function covers({ key = '', effect = '' }: V1Toleration, taint: string): boolean {
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}
