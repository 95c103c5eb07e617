// Which description is for which kind. A new one is a file of its own and a line here.

import { groupKind } from '../../../sandbox/kube/resource.ts';
import type { Mapping } from '../discovery/mapping.ts';
import { describeIPAddress, describeServiceCIDR } from './addresses.ts';
import { describeCertificateSigningRequest } from './certificatesigningrequest.ts';
import { describeConfigMap } from './configmap.ts';
import { describeCronJob } from './cronjob.ts';
import { describeDaemonSet } from './daemonset.ts';
import { describeDeployment } from './deployment.ts';
import type { Describe } from './describer.ts';
import { describeEndpointSlice, describeEndpoints } from './endpoints.ts';
import { describeGeneric } from './generic.ts';
import { describeHorizontalPodAutoscaler } from './horizontalpodautoscaler.ts';
import { describeIngress } from './ingress.ts';
import { describeIngressClass } from './ingressclass.ts';
import { describeJob } from './job.ts';
import { describeLimitRange } from './limitrange.ts';
import { describeNamespace } from './namespace.ts';
import { describeNetworkPolicy } from './networkpolicy.ts';
import { describeNode } from './node.ts';
import { describePersistentVolume } from './persistentvolume.ts';
import { describePersistentVolumeClaim } from './persistentvolumeclaim.ts';
import { describePod } from './pod.ts';
import { describePodDisruptionBudget } from './poddisruptionbudget.ts';
import { describePriorityClass } from './priorityclass.ts';
import { describeClusterRole, describeClusterRoleBinding, describeRole, describeRoleBinding } from './rbac.ts';
import { describeReplicaSet } from './replicaset.ts';
import { describeReplicationController } from './replicationcontroller.ts';
import { describeResourceQuota } from './resourcequota.ts';
import { describeSecret } from './secret.ts';
import { describeService } from './service.ts';
import { describeServiceAccount } from './serviceaccount.ts';
import { describeStatefulSet } from './statefulset.ts';
import { describeCSINode, describeStorageClass, describeVolumeAttributesClass } from './storage.ts';

const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  Pod: describePod,
  ReplicationController: describeReplicationController,
  Secret: describeSecret,
  Service: describeService,
  ServiceAccount: describeServiceAccount,
  Node: describeNode,
  LimitRange: describeLimitRange,
  ResourceQuota: describeResourceQuota,
  PersistentVolume: describePersistentVolume,
  PersistentVolumeClaim: describePersistentVolumeClaim,
  Namespace: describeNamespace,
  Endpoints: describeEndpoints,
  ConfigMap: describeConfigMap,
  'EndpointSlice.discovery.k8s.io': describeEndpointSlice,
  'HorizontalPodAutoscaler.autoscaling': describeHorizontalPodAutoscaler,
  'Ingress.networking.k8s.io': describeIngress,
  'IngressClass.networking.k8s.io': describeIngressClass,
  'ServiceCIDR.networking.k8s.io': describeServiceCIDR,
  'IPAddress.networking.k8s.io': describeIPAddress,
  'NetworkPolicy.networking.k8s.io': describeNetworkPolicy,
  'Job.batch': describeJob,
  'CronJob.batch': describeCronJob,
  'StatefulSet.apps': describeStatefulSet,
  'Deployment.apps': describeDeployment,
  'DaemonSet.apps': describeDaemonSet,
  'ReplicaSet.apps': describeReplicaSet,
  'CertificateSigningRequest.certificates.k8s.io': describeCertificateSigningRequest,
  'StorageClass.storage.k8s.io': describeStorageClass,
  'CSINode.storage.k8s.io': describeCSINode,
  'VolumeAttributesClass.storage.k8s.io': describeVolumeAttributesClass,
  'PodDisruptionBudget.policy': describePodDisruptionBudget,
  'Role.rbac.authorization.k8s.io': describeRole,
  'ClusterRole.rbac.authorization.k8s.io': describeClusterRole,
  'RoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
  'ClusterRoleBinding.rbac.authorization.k8s.io': describeClusterRoleBinding,
  'PriorityClass.scheduling.k8s.io': describePriorityClass,
};

export function descriptionFor(mapping: Mapping): Describe {
  return DESCRIPTIONS[groupKind(mapping)] ?? describeGeneric(mapping);
}
