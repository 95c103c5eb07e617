// What the programs may do that come with a cluster and aren't Kubernetes' own: the accounts, roles and bindings that
// are installed with them. Kubernetes' own programs have theirs from the beginning.

import type { Client } from './client/client.ts';
import { installMissing } from './client/install.ts';
import type { JsonObject } from './kube/json.ts';
import type { KubeObject } from './kube/meta.ts';
import type { Work } from './time/loop.ts';

export interface Access {
  /** The role's name. */
  readonly role: string;
  readonly subject: { readonly account: string; readonly namespace: string } | { readonly user: string };
  /** `GROUP/RESOURCE,RESOURCE` and what may be done with them. */
  readonly rules: readonly (readonly [what: string, verbs: string])[];
}

const READ = 'get list watch';
const EVENTS = ['/events', 'create patch update'] as const;

const STORAGE = 'local-path-storage';

/** The provisioner of kind's volumes. */
export const LOCAL_PATH: Access = {
  role: 'local-path-provisioner-role',
  subject: { account: 'local-path-provisioner-service-account', namespace: STORAGE },
  rules: [
    ['/nodes,persistentvolumeclaims,configmaps,pods,pods/log', READ],
    ['/persistentvolumes', `${READ} create patch update delete`],
    EVENTS,
    ['storage.k8s.io/storageclasses', `${READ} create`],
  ],
};

/** The storage driver of the CSI project's own tests. */
export const CSI: Access = {
  role: 'csi-hostpath-driver-role',
  subject: { account: 'csi-hostpath-driver', namespace: 'kube-system' },
  rules: [
    ['/persistentvolumeclaims,nodes,pods', READ],
    ['/persistentvolumes', `${READ} create patch update delete`],
    ['/persistentvolumeclaims/status', 'patch update'],
    ['storage.k8s.io/csinodes', `${READ} update`],
    ['storage.k8s.io/volumeattachments', READ],
    ['storage.k8s.io/volumeattachments/status', 'patch update'],
    ['storage.k8s.io/storageclasses,csidrivers', READ],
    ['snapshot.storage.k8s.io/volumesnapshots', READ],
    ['snapshot.storage.k8s.io/volumesnapshotclasses', `${READ} create`],
    ['snapshot.storage.k8s.io/volumesnapshotcontents', `${READ} update patch`],
    ['snapshot.storage.k8s.io/volumesnapshotcontents/status', 'update patch'],
    EVENTS,
  ],
};

/** Who brings snapshots together with what storage has. */
export const SNAPSHOTS: Access = {
  role: 'snapshot-controller-runner',
  subject: { account: 'snapshot-controller', namespace: 'kube-system' },
  rules: [
    ['/persistentvolumeclaims,persistentvolumes', READ],
    ['storage.k8s.io/storageclasses', READ],
    ['snapshot.storage.k8s.io/volumesnapshotclasses', READ],
    ['snapshot.storage.k8s.io/volumesnapshots', `${READ} update patch`],
    ['snapshot.storage.k8s.io/volumesnapshotcontents', `${READ} create update patch delete`],
    ['snapshot.storage.k8s.io/volumesnapshots/status,volumesnapshotcontents/status', 'update patch'],
    EVENTS,
  ],
};

/** kind's network. */
export const KINDNET: Access = {
  role: 'kindnet',
  subject: { account: 'kindnet', namespace: 'kube-system' },
  rules: [
    ['/nodes,pods,namespaces', READ],
    ['networking.k8s.io/networkpolicies', READ],
  ],
};

/** Who answers for names: where CoreDNS runs in pods, it brings this itself. */
export const CLUSTER_NAMES: Access = {
  role: 'system:coredns',
  subject: { account: 'coredns', namespace: 'kube-system' },
  rules: [
    ['/endpoints,services,pods,namespaces', 'list watch'],
    ['discovery.k8s.io/endpointslices', 'list watch'],
  ],
};

export const CLOUD: Access = {
  role: 'system:cloud-controller-manager',
  subject: { user: 'system:cloud-controller-manager' },
  rules: [['/services,nodes', READ], ['/services,services/status', 'patch update'], EVENTS],
};

export const METRICS_SERVER: Access = {
  role: 'system:metrics-server',
  subject: { account: 'metrics-server', namespace: 'kube-system' },
  rules: [
    ['/nodes/metrics', 'get'],
    ['/pods,nodes', READ],
  ],
};

/** Makes what isn't there yet. */
export function installAccess(client: Client, access: Access): Work<void> {
  return installMissing(client, objectsOf(access));
}

function objectsOf({ role, subject, rules }: Access): readonly KubeObject[] {
  const roles = 'rbac.authorization.k8s.io';
  const bound =
    'user' in subject
      ? { kind: 'User', apiGroup: roles, name: subject.user }
      : { kind: 'ServiceAccount', name: subject.account, namespace: subject.namespace };
  return [
    ...('user' in subject ? [] : accountObjects(subject)),
    { apiVersion: `${roles}/v1`, kind: 'ClusterRole', metadata: { name: role }, rules: rules.map(ruleOf) },
    {
      apiVersion: `${roles}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: role.replace(/-role$/, '-bind') },
      roleRef: { apiGroup: roles, kind: 'ClusterRole', name: role },
      subjects: [bound],
    },
  ];
}

function accountObjects({ account, namespace }: { account: string; namespace: string }): readonly KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } },
  ];
}

function ruleOf([what, verbs]: readonly [string, string]): JsonObject {
  const slash = what.indexOf('/');
  return { apiGroups: [what.slice(0, slash)], resources: what.slice(slash + 1).split(','), verbs: verbs.split(' ') };
}
