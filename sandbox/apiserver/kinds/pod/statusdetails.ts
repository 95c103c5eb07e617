// Parts of a pod's status that tell of users, resource claims and devices.

import {
  at,
  duplicate,
  forbiddenField,
  invalid,
  notSupported,
  required,
  shownAsJson,
  tooLong,
} from '../../../kube/fielderrors.ts';
import { byteLength } from '../../../kube/go/text.ts';
import { own } from '../../../kube/json.ts';
import { dns1123Subdomain, numericId } from '../../../kube/names.ts';
import type {
  V1Container,
  V1ContainerStatus,
  V1PodExtendedResourceClaimStatus,
  V1PodSpec,
  V1PodStatus,
  V1ResourceStatus,
} from '../../../schema/generated/types.ts';
import { type Errors, isBlank, labelName, problemsOf, subdomainName } from '../shared/checks.ts';

export function* claimStatuses(field: string, { resourceClaimStatuses = [] }: V1PodStatus, spec: V1PodSpec): Errors {
  const known = new Set((spec.resourceClaims ?? []).map(({ name }) => name));
  const seen = new Set<string>();
  for (const [i, { name, resourceClaimName }] of resourceClaimStatuses.entries()) {
    const here = at(field, i);
    if (!known.has(name)) {
      yield invalid(at(here, 'name'), name, 'must match the name of an entry in `spec.resourceClaims`');
    }
    if (seen.has(name)) yield duplicate(at(here, 'name'), name);
    seen.add(name);
    if (resourceClaimName !== undefined) {
      const problems = dns1123Subdomain(resourceClaimName);
      yield* problemsOf(at(here, 'resourceClaimName'), shownAsJson(resourceClaimName), problems);
    }
  }
}

export function* extendedClaim(
  field: string,
  status: V1PodExtendedResourceClaimStatus | undefined,
  spec: V1PodSpec,
): Errors {
  if (status === undefined) return;
  const mappings = status.requestMappings ?? [];
  const path = at(field, 'requestMappings');
  if (mappings.length === 0) yield required(path, 'at least one request mapping is required');
  const containers = new Map(
    [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map((one) => [one.name, one]),
  );
  const seen = new Set<string>();
  for (const [i, { containerName, resourceName, requestName }] of mappings.entries()) {
    const container = containers.get(containerName);
    if (container === undefined) {
      const detail = 'must match the name of an entry in spec.initContainers.name or spec.containers.name';
      yield invalid(at(path, i, 'containerName'), containerName, detail);
    } else if (own(container.resources?.requests, resourceName) === undefined) {
      const detail =
        'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests';
      yield invalid(at(path, i, 'resourceName'), resourceName, detail);
    }
    yield* labelName(at(field, 'requestName'), requestName);
    const key = JSON.stringify([containerName, resourceName, requestName]);
    if (seen.has(key)) {
      yield duplicate(at(path, i, 'containerName'), containerName);
      yield duplicate(at(path, i, 'resourceName'), resourceName);
      yield duplicate(at(path, i, 'requestName'), requestName);
    }
    seen.add(key);
  }
  if (isBlank(status.resourceClaimName)) yield required(at(field, 'resourceClaimName'));
  else yield* subdomainName(at(field, 'resourceClaimName'), status.resourceClaimName);
}

export function* users(field: string, statuses: readonly V1ContainerStatus[], spec: V1PodSpec): Errors {
  const os = spec.os?.name ?? 'linux';
  for (const [i, { user }] of statuses.entries()) {
    const linux = user?.linux;
    const here = at(field, i, 'user', 'linux');
    if (linux === undefined) continue;
    if (os === 'windows') yield forbiddenField(here, 'cannot be set for a windows pod');
    if (os !== 'linux') continue;
    yield* problemsOf(at(here, 'uid'), linux.uid, numericId(linux.uid));
    yield* problemsOf(at(here, 'gid'), linux.gid, numericId(linux.gid));
    for (const [j, group] of (linux.supplementalGroups ?? []).entries()) {
      yield* problemsOf(at(here, 'supplementalGroups', j), group, numericId(group));
    }
  }
}

const HEALTH = ['Healthy', 'Unhealthy', 'Unknown'];
const MESSAGE_BYTES_MAX = 1024;
const CLAIM = 'claim:';

export function* devices(
  field: string,
  statuses: readonly V1ContainerStatus[],
  containers: readonly V1Container[],
): Errors {
  for (const [i, { name, allocatedResourcesStatus = [] }] of statuses.entries()) {
    const container = containers.find((one) => one.name === name);
    for (const [j, resource] of allocatedResourcesStatus.entries()) {
      const here = at(field, i, 'allocatedResourcesStatus', j);
      if (container !== undefined) yield* deviceName(at(here, 'name'), resource.name, container);
      yield* deviceHealth(at(here, 'resources'), resource);
    }
  }
}

function* deviceName(field: string, name: string, { resources }: V1Container): Errors {
  if (!name.startsWith(CLAIM)) {
    if (own(resources?.requests, name) !== undefined) return;
    yield invalid(field, shownAsJson(name), "must match one of the container's resource requests");
    return;
  }
  const names = (resources?.claims ?? []).map(({ name: claim, request = '' }) =>
    request === '' ? `${CLAIM}${claim}` : `${CLAIM}${claim}/${request}`,
  );
  if (names.includes(name)) return;
  const detail =
    "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
  yield invalid(field, shownAsJson(name), detail);
}

function* deviceHealth(field: string, { resources = [] }: V1ResourceStatus): Errors {
  const seen = new Set<string>();
  for (const [i, { resourceID, health = '', message }] of resources.entries()) {
    const here = at(field, i);
    if (!HEALTH.includes(health)) yield notSupported(at(here, 'health'), shownAsJson(health), HEALTH);
    if (message === '') yield required(at(here, 'message'), 'must be non-empty if specified');
    if (message !== undefined && byteLength(message) > MESSAGE_BYTES_MAX) {
      yield tooLong(at(here, 'message'), MESSAGE_BYTES_MAX);
    }
    if (seen.has(resourceID)) yield duplicate(at(here, 'resourceID'), shownAsJson(resourceID));
    seen.add(resourceID);
  }
}
