// The spec of a pod, wherever it stands: in a pod, or in a template for pods.

import { at, duplicate, forbiddenField, invalid, required, valueNotFound } from '../../../../kube/fielderrors.ts';
import { own } from '../../../../kube/json.ts';
import type { V1ObjectMeta } from '../../../../kube/meta.ts';
import { dns1123Subdomain, inRange, qualifiedName } from '../../../../kube/names.ts';
import { labelsErrors } from '../../../../kube/selectors/labelrules.ts';
import type { V1PodResourceClaim, V1PodSpec } from '../../../../schema/generated/types.ts';
import { type Errors, eachItem, isBlank, labelName, neededOneOf, problemsOf, subdomainName } from '../checks.ts';
import { shownInternally } from '../internal.ts';
import { containerResources } from '../resources.ts';
import { affinity } from './affinity.ts';
import { appContainers, ephemeralContainers, initContainers } from './containers.ts';
import { dnsConfig, hostAlias, hostnameOverride } from './dns.ts';
import { podLevelResources } from './podresources.ts';
import { hostNetworkPorts } from './ports.ts';
import { schedulingGates, tolerations, topologySpread } from './scheduling.ts';
import { podSecurity } from './security.ts';
import { allContainers } from './visit.ts';
import { checkVolumes } from './volumes.ts';
import { hostProcesses, operatingSystem } from './windows.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const MAX_INT32 = 2147483647;
const MIRROR = 'kubernetes.io/config.mirror';

/** `metadata` is that of the pod; a template has none that counts. */
export function* podSpec(field: string, spec: V1PodSpec, metadata: V1ObjectMeta | undefined): Errors {
  const isPod = metadata !== undefined;
  if (spec.terminationGracePeriodSeconds === undefined) yield required(at(field, 'terminationGracePeriodSeconds'));
  const owner = { isPod, ...(metadata === undefined ? {} : { metadata }) };
  const { errors, volumes } = checkVolumes(at(field, 'volumes'), spec.volumes ?? [], owner);
  yield* errors;
  yield* resourceClaims(at(field, 'resourceClaims'), spec.resourceClaims ?? [], metadata);
  const claims = new Set((spec.resourceClaims ?? []).map(({ name }) => name).filter((name) => !isBlank(name)));
  const surroundings = { spec, volumes, claims };
  yield* appContainers(at(field, 'containers'), surroundings);
  yield* initContainers(at(field, 'initContainers'), surroundings);
  yield* ephemeralContainers(at(field, 'ephemeralContainers'), surroundings);
  yield* podLevelResources(field, spec, claims);
  if (spec.hostNetwork === true) yield* hostNetworkPorts(at(field, 'containers'), spec.containers ?? [], isPod);
  yield* placement(field, spec);
  yield* names(field, spec);
  yield* theRest(field, spec);
}

function* placement(field: string, spec: V1PodSpec): Errors {
  yield* neededOneOf(at(field, 'restartPolicy'), spec.restartPolicy, RESTART_POLICIES);
  yield* neededOneOf(at(field, 'dnsPolicy'), spec.dnsPolicy, DNS_POLICIES);
  yield* labelsErrors(at(field, 'nodeSelector'), spec.nodeSelector);
  yield* podSecurity(at(field, 'securityContext'), spec);
  yield* affinity(at(field, 'affinity'), spec.affinity ?? {});
  yield* dnsConfig(at(field, 'dnsConfig'), spec.dnsConfig, spec.dnsPolicy);
  for (const [i, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    yield* problemsOf(at(field, 'readinessGates', i, 'conditionType'), conditionType, qualifiedName(conditionType));
  }
  yield* schedulingGates(at(field, 'schedulingGates'), spec.schedulingGates ?? []);
  yield* topologySpread(at(field, 'topologySpreadConstraints'), spec.topologySpreadConstraints ?? []);
  yield* hostProcesses(field, spec);
  yield* userNamespace(field, spec);
  yield* hostnameOverride(at(field, 'hostnameOverride'), spec);
}

/** A pod with user ids of its own can't use the node's namespaces. */
function* userNamespace(field: string, spec: V1PodSpec): Errors {
  if (spec.hostUsers !== false) return;
  const detail = 'when `hostUsers` is false';
  if (spec.hostNetwork === true) yield forbiddenField(at(field, 'hostNetwork'), detail);
  if (spec.hostPID === true) yield forbiddenField(at(field, 'HostPID'), detail);
  if (spec.hostIPC === true) yield forbiddenField(at(field, 'HostIPC'), detail);
  for (const [{ volumeDevices = [] }, path] of allContainers(field, spec)) {
    if (volumeDevices.length > 0) yield forbiddenField(at(path, 'volumeDevices'), detail);
  }
}

function* names(field: string, spec: V1PodSpec): Errors {
  const { serviceAccountName = '', nodeName = '', activeDeadlineSeconds, hostname = '', subdomain = '' } = spec;
  if (serviceAccountName !== '') yield* subdomainName(at(field, 'serviceAccountName'), serviceAccountName);
  if (nodeName !== '') yield* subdomainName(at(field, 'nodeName'), nodeName);
  if (activeDeadlineSeconds !== undefined) {
    const problems = inRange(activeDeadlineSeconds, 1, MAX_INT32);
    yield* problemsOf(at(field, 'activeDeadlineSeconds'), activeDeadlineSeconds, problems);
  }
  if (hostname !== '') yield* labelName(at(field, 'hostname'), hostname);
  if (subdomain !== '') yield* labelName(at(field, 'subdomain'), subdomain);
}

function* theRest(field: string, spec: V1PodSpec): Errors {
  const { priorityClassName = '', runtimeClassName, preemptionPolicy, overhead } = spec;
  yield* tolerations(at(field, 'tolerations'), spec.tolerations ?? []);
  yield* eachItem(spec.hostAliases, at(field, 'hostAliases'), hostAlias);
  if (priorityClassName !== '') yield* subdomainName(at(field, 'priorityClassName'), priorityClassName);
  if (runtimeClassName !== undefined) yield* subdomainName(at(field, 'runtimeClassName'), runtimeClassName);
  if (preemptionPolicy !== undefined) {
    yield* neededOneOf(at(field, 'preemptionPolicy'), preemptionPolicy, PREEMPTION_POLICIES);
  }
  if (overhead !== undefined) yield* containerResources(at(field, 'overhead'), { limits: overhead }, new Set());
  yield* operatingSystem(field, spec);
  yield* filesOfVariables(field, spec);
}

/** Variables that come from a file need a volume that the pod itself fills. */
function* filesOfVariables(field: string, spec: V1PodSpec): Errors {
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  for (const [{ env = [] }, path] of allContainers(field, spec)) {
    for (const [i, { valueFrom }] of env.entries()) {
      const name = valueFrom?.fileKeyRef?.volumeName;
      if (name === undefined) continue;
      const here = at(path, 'env', i, 'valueFrom', 'fileKeyRef', 'volumeName');
      const volume = volumes.get(name);
      if (volume === undefined) yield valueNotFound(here, name);
      else if (volume.emptyDir === undefined) yield invalid(here, name, 'referenced volume must be of type emptyDir');
    }
  }
}

function* resourceClaims(
  field: string,
  claims: readonly V1PodResourceClaim[],
  metadata: V1ObjectMeta | undefined,
): Errors {
  const seen = new Set<string>();
  for (const [i, claim] of claims.entries()) {
    if (own(metadata?.annotations, MIRROR) !== undefined) {
      yield forbiddenField('', 'static pods do not support resource claims');
    } else yield* resourceClaim(at(field, i), claim, seen);
  }
}

function* resourceClaim(field: string, claim: V1PodResourceClaim, seen: Set<string>): Errors {
  const { name, resourceClaimName, resourceClaimTemplateName } = claim;
  if (isBlank(name)) yield required(at(field, 'name'));
  else if (seen.has(name)) yield duplicate(at(field, 'name'), name);
  else yield* labelName(at(field, 'name'), name);
  seen.add(name);
  const shown = () => shownInternally('core.PodResourceClaim', claim);
  if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
    const detail = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
    yield invalid(field, shown(), detail);
  }
  if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
    yield invalid(field, shown(), 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  }
  for (const [key, value] of [
    ['resourceClaimName', resourceClaimName],
    ['resourceClaimTemplateName', resourceClaimTemplateName],
  ] as const) {
    if (value !== undefined) yield* problemsOf(at(field, key), value, dns1123Subdomain(value));
  }
}
