// Of which families a service is, before it gets its addresses. This cluster gives out IPv4 addresses only.

import { at, type FieldError, invalid, invalidObject, shownAsJson } from '../../../kube/fielderrors.ts';
import type { V1Service, V1ServiceSpec } from '../../../schema/generated/types.ts';
import { familyOfIP } from '../shared/dualstack.ts';
import { clusterIPErrors, sameList } from './clusterips.ts';

const CONFIGURED = 'IPv4';

/** The spec with its families filled in. Throws Invalid: these are checked before anything else of the service. */
export function withFamilies({ metadata }: V1Service, spec: V1ServiceSpec, current?: V1ServiceSpec): V1ServiceSpec {
  if (spec.type === 'ExternalName' || prefersAndKeeps(spec, current)) return spec;
  const name = metadata?.name ?? '';
  const policed = { ...spec, ipFamilyPolicy: spec.ipFamilyPolicy ?? policyFor(spec, current) };
  refuse(name, [...clusterIPErrors(policed, current)]);
  const kept = withoutSecondary(policed, current);
  const { ipFamilies, errors } = familiesOfAddresses(kept);
  refuse(name, [...stackErrors(policed, kept, current), ...errors]);
  const found = { ...kept, ipFamilies };
  if (isSelectorless(found)) return { ...found, ipFamilies: bothFamilies(found) };
  refuse(name, [...configuredErrors(found)]);
  return ipFamilies.length === 0 ? { ...found, ipFamilies: [CONFIGURED] } : found;
}

function refuse(name: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'Service' }, name, errors);
}

const ALLOCATING = ['ClusterIP', 'NodePort', 'LoadBalancer'];

function prefersAndKeeps(spec: V1ServiceSpec, current: V1ServiceSpec | undefined): boolean {
  return (
    current !== undefined &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (current.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    current.type === spec.type &&
    ALLOCATING.includes(spec.type ?? '') &&
    sameList(current.clusterIPs, spec.clusterIPs) &&
    sameList(current.ipFamilies, spec.ipFamilies)
  );
}

/** Headless and without pods of its own: whoever writes its endpoints knows its families. */
function isSelectorless({ clusterIP, selector = {} }: V1ServiceSpec): boolean {
  return clusterIP === 'None' && Object.keys(selector).length === 0;
}

function policyFor(spec: V1ServiceSpec, current: V1ServiceSpec | undefined): string {
  return current?.ipFamilyPolicy ?? (isSelectorless(spec) ? 'RequireDualStack' : 'SingleStack');
}

/** Back to a single stack, the second address and family go. */
function withoutSecondary(spec: V1ServiceSpec, current: V1ServiceSpec | undefined): V1ServiceSpec {
  if (current === undefined || spec.ipFamilyPolicy !== 'SingleStack') return spec;
  const { clusterIPs, ipFamilies } = spec;
  return {
    ...spec,
    ...(clusterIPs !== undefined && sameList(clusterIPs, current.clusterIPs)
      ? { clusterIPs: clusterIPs.slice(0, 1) }
      : {}),
    ...(ipFamilies !== undefined && sameList(ipFamilies, current.ipFamilies)
      ? { ipFamilies: ipFamilies.slice(0, 1) }
      : {}),
  };
}

function* stackErrors(
  given: V1ServiceSpec,
  spec: V1ServiceSpec,
  current: V1ServiceSpec | undefined,
): Iterable<FieldError> {
  const { ipFamilyPolicy, clusterIPs = [], ipFamilies = [] } = spec;
  const field = 'spec.ipFamilyPolicy';
  const shown = shownAsJson(ipFamilyPolicy ?? '');
  const single = ipFamilyPolicy === 'SingleStack';
  if (current !== undefined && !single) {
    const fewer = (now: readonly string[] | undefined, before: readonly string[] = []) =>
      now !== undefined && now.length > 0 && now.length < before.length;
    const detail = "must be 'SingleStack' to release the secondary";
    if (fewer(given.clusterIPs, current.clusterIPs)) yield invalid(field, shown, `${detail} cluster IP`);
    if (fewer(given.ipFamilies, current.ipFamilies)) yield invalid(field, shown, `${detail} IP family`);
  }
  if (!single) return;
  const detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  if (clusterIPs.length === 2) yield invalid(field, shown, `${detail} cluster IPs are specified`);
  if (ipFamilies.length === 2) yield invalid(field, shown, `${detail} IP families are specified`);
}

/** Addresses that are asked for say their families. */
function familiesOfAddresses({ clusterIPs = [], ipFamilies = [] }: V1ServiceSpec): {
  readonly ipFamilies: readonly string[];
  readonly errors: readonly FieldError[];
} {
  const found = [...ipFamilies];
  const errors: FieldError[] = [];
  for (const [i, ip] of clusterIPs.entries()) {
    if (ip === 'None') break;
    const family = familyOfIP(ip) ?? 'unknown';
    if (i < found.length) continue;
    if (family === CONFIGURED) found.push(family);
    else errors.push(invalid(at('spec.clusterIPs', i), clusterIPs, `${family} is not configured on this cluster`));
  }
  return { ipFamilies: found, errors };
}

function bothFamilies({ ipFamilies = [], ipFamilyPolicy }: V1ServiceSpec): readonly string[] {
  const [first = CONFIGURED, second] = ipFamilies;
  if (second !== undefined) return ipFamilies;
  return ipFamilyPolicy === 'SingleStack' ? [first] : [first, first === 'IPv4' ? 'IPv6' : 'IPv4'];
}

function* configuredErrors({ ipFamilyPolicy, ipFamilies = [] }: V1ServiceSpec): Iterable<FieldError> {
  if (ipFamilyPolicy === 'RequireDualStack') {
    const detail = 'this cluster is not configured for dual-stack services';
    yield invalid('spec.ipFamilyPolicy', shownAsJson(ipFamilyPolicy), detail);
  }
  for (const [i, family] of ipFamilies.entries()) {
    if (family === CONFIGURED) continue;
    yield invalid(at('spec.ipFamilies', i), shownAsJson(family), 'not configured on this cluster');
  }
}
