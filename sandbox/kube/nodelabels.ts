// Which labels a kubelet may give its node, and which its pods take over. What a node is for, others say: a node that is
// taken over can't draw pods to itself by a label.

import { own } from './json.ts';

/** Labels of Kubernetes' own that tell what a machine is. */
const MACHINE = [
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
];

/** Of other namespaces than Kubernetes' own a kubelet may set all. */
export function mayKubeletSet(key: string): boolean {
  const [namespace = '', name] = key.split('/');
  if (name === undefined) return true;
  const isIn = (suffix: string): boolean => namespace === suffix || namespace.endsWith(`.${suffix}`);
  if (isIn('node-restriction.kubernetes.io')) return false;
  if (!isIn('kubernetes.io') && !isIn('k8s.io')) return true;
  return MACHINE.includes(key) || isIn('kubelet.kubernetes.io') || isIn('node.kubernetes.io');
}

/** A pod takes these over from its node. */
const TOPOLOGY = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** What a pod gets that is put on a node with these labels. */
export function topologyLabels(labels: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    TOPOLOGY.flatMap((label) => {
      const value = own(labels, label);
      return value === undefined ? [] : [[label, value] as const];
    }),
  );
}
