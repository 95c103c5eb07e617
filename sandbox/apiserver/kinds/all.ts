// The built-in kinds that have rules of their own, one file each.

import type { Kind } from '../kind.ts';
import {
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
} from './accessreviews.ts';
import { apiServices } from './apiservice.ts';
import { bindings } from './binding.ts';
import { certificateSigningRequests } from './certificatesigningrequest.ts';
import { componentStatuses } from './componentstatus.ts';
import { configMaps } from './configmap.ts';
import { controllerRevisions } from './controllerrevision.ts';
import { cronJobs } from './cronjob.ts';
import { csiDrivers } from './csidriver.ts';
import { csiNodes } from './csinode.ts';
import { csiStorageCapacities } from './csistoragecapacity.ts';
import { customResourceDefinitions } from './customresourcedefinition.ts';
import { daemonSets } from './daemonset.ts';
import { deployments } from './deployment.ts';
import { deviceClasses } from './deviceclass.ts';
import { endpoints } from './endpoints.ts';
import { endpointSlices } from './endpointslice.ts';
import { events } from './event.ts';
import { flowSchemas } from './flowschema.ts';
import { horizontalPodAutoscalers } from './horizontalpodautoscaler.ts';
import { selfSubjectReviews, tokenReviews } from './identityreviews.ts';
import { ingresses } from './ingress.ts';
import { ingressClasses } from './ingressclass.ts';
import { ipAddresses } from './ipaddress.ts';
import { jobs } from './job.ts';
import { leases } from './lease.ts';
import { limitRanges } from './limitrange.ts';
import { mutatingAdmissionPolicies, mutatingAdmissionPolicyBindings } from './mutatingadmissionpolicy.ts';
import { namespaces } from './namespace.ts';
import { networkPolicies } from './networkpolicy.ts';
import { nodes } from './node.ts';
import { persistentVolumes } from './persistentvolume.ts';
import { persistentVolumeClaims } from './persistentvolumeclaim.ts';
import { pods } from './pod.ts';
import { podDisruptionBudgets } from './poddisruptionbudget.ts';
import { podTemplates } from './podtemplate.ts';
import { priorityClasses } from './priorityclass.ts';
import { priorityLevelConfigurations } from './prioritylevelconfiguration.ts';
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from './rbac.ts';
import { replicaSets } from './replicaset.ts';
import { replicationControllers } from './replicationcontroller.ts';
import { resourceClaims } from './resourceclaim.ts';
import { resourceClaimTemplates } from './resourceclaimtemplate.ts';
import { resourceQuotas } from './resourcequota.ts';
import { resourceSlices } from './resourceslice.ts';
import { runtimeClasses } from './runtimeclass.ts';
import { secrets } from './secret.ts';
import { services } from './service.ts';
import { serviceAccounts } from './serviceaccount.ts';
import { serviceCIDRs } from './servicecidr.ts';
import { statefulSets } from './statefulset.ts';
import { storageClasses } from './storageclass.ts';
import { validatingAdmissionPolicies, validatingAdmissionPolicyBindings } from './validatingadmissionpolicy.ts';
import { volumeAttachments } from './volumeattachment.ts';
import { volumeAttributesClasses } from './volumeattributesclass.ts';
import { mutatingWebhookConfigurations, validatingWebhookConfigurations } from './webhookconfigurations.ts';

const CORE: readonly Kind[] = [
  namespaces,
  nodes,
  configMaps,
  secrets,
  serviceAccounts,
  pods,
  podTemplates,
  replicationControllers,
  services,
  endpoints,
  events,
  limitRanges,
  resourceQuotas,
  persistentVolumes,
  persistentVolumeClaims,
  bindings,
  componentStatuses,
];

const APPS: readonly Kind[] = [deployments, replicaSets, statefulSets, daemonSets, controllerRevisions];
const BATCH: readonly Kind[] = [jobs, cronJobs];

const NETWORKING: readonly Kind[] = [ingresses, ingressClasses, networkPolicies, endpointSlices];
const RBAC: readonly Kind[] = [roles, clusterRoles, roleBindings, clusterRoleBindings];
const CLUSTER: readonly Kind[] = [
  leases,
  podDisruptionBudgets,
  horizontalPodAutoscalers,
  priorityClasses,
  runtimeClasses,
  storageClasses,
  customResourceDefinitions,
  validatingWebhookConfigurations,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  apiServices,
  certificateSigningRequests,
  csiDrivers,
  csiNodes,
  volumeAttachments,
  ipAddresses,
  serviceCIDRs,
  flowSchemas,
  priorityLevelConfigurations,
  csiStorageCapacities,
  volumeAttributesClasses,
  deviceClasses,
  resourceClaims,
  resourceClaimTemplates,
  resourceSlices,
];

const REVIEWS: readonly Kind[] = [
  subjectAccessReviews,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  selfSubjectReviews,
  tokenReviews,
];

export const KINDS: readonly Kind[] = [...CORE, ...APPS, ...BATCH, ...NETWORKING, ...RBAC, ...CLUSTER, ...REVIEWS];
