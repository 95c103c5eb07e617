// A service's cluster addresses and their families: what they may be, and how they may change.

import { at, duplicate, invalid, required, shownAsJson } from '../../../kube/fielderrors.ts';
import { legacyIPErrors } from '../../../kube/ip.ts';
import { sameJson } from '../../../kube/json.ts';
import type { V1ServiceSpec } from '../../../schema/generated/types.ts';
import { type Errors, oneOf } from '../shared/checks.ts';
import { familyOfIP, onePerFamily } from '../shared/dualstack.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const IPS = 'spec.clusterIPs';

export function isHeadless({ clusterIPs = [] }: V1ServiceSpec): boolean {
  return clusterIPs.length === 1 && clusterIPs[0] === 'None';
}

export function* clusterIPErrors(spec: V1ServiceSpec, current: V1ServiceSpec | undefined): Errors {
  if (spec.type === 'ExternalName') return;
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  if (clusterIP !== '' && clusterIPs.length === 0) yield required(IPS);
  else if (clusterIP !== '' && clusterIPs[0] !== clusterIP) {
    yield invalid(IPS, clusterIPs, 'first value must match `clusterIP`');
  } else if (clusterIP === '' && clusterIPs.length > 0) {
    yield invalid(IPS, clusterIPs, 'must be empty when `clusterIP` is not specified');
  }
  const seen = new Set<string>();
  for (const [i, family] of ipFamilies.entries()) {
    const field = at('spec.ipFamilies', i);
    yield* oneOf(field, family, FAMILIES);
    if (seen.has(family)) yield duplicate(field, shownAsJson(family));
    seen.add(family);
  }
  if (ipFamilyPolicy !== undefined) yield* oneOf('spec.ipFamilyPolicy', ipFamilyPolicy, FAMILY_POLICIES);
  const wrong = [...addressErrors(clusterIPs, current?.clusterIPs ?? [])];
  yield* wrong;
  if (clusterIPs.length > 2) yield invalid(IPS, clusterIPs, 'may only hold up to 2 values');
  if (wrong.length > 0) return;
  yield* familyErrors(spec);
}

function* addressErrors(clusterIPs: readonly string[], stored: readonly string[]): Errors {
  for (const [i, ip] of clusterIPs.entries()) {
    if (i > 0 || ip !== 'None') yield* legacyIPErrors(at(IPS, i), ip, stored);
    else if (clusterIPs.length > 1) yield invalid(IPS, clusterIPs, "'None' must be the first and only value");
  }
}

function* familyErrors(spec: V1ServiceSpec): Errors {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const both = [...onePerFamily(IPS, clusterIPs, clusterIPs, 'IP')];
  // A third address is refused by their number alone.
  const families = new Set(clusterIPs.map(familyOfIP));
  if (clusterIPs.length > 1 && families.size < 2) yield* both;
  if (isHeadless(spec)) return;
  for (const [i, ip] of clusterIPs.entries()) {
    const family = ipFamilies[i];
    if (family === undefined || !FAMILIES.includes(family) || familyOfIP(ip) === family) continue;
    yield invalid(at(IPS, i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``);
  }
}

/** What has been allocated once stays. */
export function* addressChangeErrors(next: V1ServiceSpec, current: V1ServiceSpec): Errors {
  if (next.type === 'ExternalName' || current.type === 'ExternalName') return;
  if (!(isHeadless(next) && isHeadless(current))) {
    yield* changeErrors('clusterIPs', next, next.clusterIPs ?? [], current.clusterIPs ?? []);
  }
  if (isHeadless(next) || isHeadless(current)) return;
  yield* changeErrors('ipFamilies', next, next.ipFamilies ?? [], current.ipFamilies ?? []);
}

const NOUNS = { clusterIPs: 'clusterIP', ipFamilies: 'ipFamily' } as const;

function* changeErrors(
  name: 'clusterIPs' | 'ipFamilies',
  next: V1ServiceSpec,
  after: readonly string[],
  before: readonly string[],
): Errors {
  const field = at('spec', name);
  const changed = (i: number, shown: readonly string[] | undefined) =>
    invalid(at(field, i), shown ?? null, 'may not change once set');
  if (before.length === after.length) {
    for (const [i, value] of before.entries()) {
      if (value !== after[i]) yield changed(name === 'clusterIPs' ? i : 0, after);
    }
    return;
  }
  const shown = next.clusterIPs;
  const firstDiffers = before.length > 0 && after.length > 0 && after[0] !== before[0];
  if (before.length > after.length && (next.clusterIPs ?? []).length === 0) {
    const detail = `primary ${NOUNS[name]} can not be unset`;
    yield invalid(at(field, 0), (name === 'clusterIPs' ? shown : next.ipFamilies) ?? null, detail);
  }
  if (firstDiffers) yield changed(0, shown);
  if (before.length > after.length && after.length === 1 && next.ipFamilyPolicy !== 'SingleStack') {
    const detail = `must be set to 'SingleStack' when releasing the secondary ${NOUNS[name]}`;
    yield invalid('spec.ipFamilyPolicy', shownAsJson(next.ipFamilyPolicy ?? null), detail);
  }
}

export function sameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return sameJson(a ?? [], b ?? []);
}
