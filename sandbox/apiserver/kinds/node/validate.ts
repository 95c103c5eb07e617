// What is wrong with a node.

import { at, duplicate, type FieldError, forbiddenField, invalid, required } from '../../../kube/fielderrors.ts';
import { byteLength, compareText, quote } from '../../../kube/go/text.ts';
import { legacyCIDRErrors } from '../../../kube/ip.ts';
import { own } from '../../../kube/json.ts';
import { configMapKey, dns1123Label, dns1123Subdomain, labelValue, nameRule } from '../../../kube/names.ts';
import { labelKeyErrors } from '../../../kube/selectors/labelrules.ts';
import type {
  V1ConfigMapNodeConfigSource,
  V1Node,
  V1NodeConfigSource,
  V1NodeStatus,
  V1Taint,
} from '../../../schema/generated/types.ts';
import { metaErrors, metaUpdateErrors } from '../../metadata.ts';
import { type Errors, isBlank, neededOneOf, positive, problemsOf } from '../shared/checks.ts';
import { onePerFamily } from '../shared/dualstack.ts';
import { shownInternally } from '../shared/internal.ts';
import { TAINT_EFFECTS } from '../shared/pod/scheduling.ts';
import { amountsOf, resourceAmount } from '../shared/resources.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const FEATURE_MAX = 253;
const FEATURE = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const ONCE = 'except from "" to valid';

export function* nodeErrors(node: V1Node): Errors {
  const { spec, status = {} } = node;
  yield* metaErrors(node, NAMED);
  // The path is the real server's: it speaks of the metadata where it means the spec.
  yield* taintErrors('metadata.taints', spec?.taints ?? []);
  yield* resourceErrors(status);
  const swap = status.nodeInfo?.swap?.capacity;
  if (swap !== undefined) yield* positive('metadata.nodeSwapStatus.capacity', swap);
  yield* featureErrors('status.declaredFeatures', status.declaredFeatures ?? []);
  yield* podNetworkErrors(spec?.podCIDRs ?? []);
}

function* podNetworkErrors(networks: readonly string[]): Errors {
  const field = 'spec.podCIDRs';
  for (const [i, network] of networks.entries()) yield* legacyCIDRErrors(at(field, i), network);
  const prefix = 'invalid PodCIDRs. failed to check with dual stack with error:';
  yield* onePerFamily(field, networks, networks, 'CIDR', prefix);
}

function* taintErrors(field: string, taints: readonly V1Taint[]): Errors {
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const { key, value = '', effect } = taint;
    const here = at(field, i);
    yield* labelKeyErrors(at(here, 'key'), key);
    const problems = labelValue(value);
    if (problems.length > 0) yield invalid(at(here, 'value'), value, problems.join(';'));
    yield* neededOneOf(at(here, 'effect'), effect, TAINT_EFFECTS);
    const id = `${effect} ${key}`;
    if (seen.has(id)) yield notUnique(here, taint);
    seen.add(id);
  }
}

function notUnique(field: string, taint: V1Taint): FieldError {
  const error = duplicate(field, shownInternally('core.Taint', taint));
  return { ...error, message: `${error.message}: taints must be unique by key and effect pair` };
}

function* resourceErrors({ capacity, allocatable }: V1NodeStatus): Errors {
  for (const [name, amount] of amountsOf(capacity)) yield* resourceAmount(at('status.capacity', name), name, amount);
  for (const [name, amount] of amountsOf(allocatable)) {
    yield* resourceAmount(at('status.allocatable', name), name, amount);
  }
}

function* featureErrors(field: string, features: readonly string[]): Errors {
  for (const [i, feature] of features.entries()) {
    const problem = featureProblem(feature);
    if (problem !== undefined)
      yield invalid(at(field, i), feature, `invalid feature name ${quote(feature)}: ${problem}`);
    const next = features[i + 1];
    if (next === undefined) continue;
    if (next === feature) yield duplicate(at(field, i + 1), next);
    else if (compareText(feature, next) > 0)
      yield invalid(at(field, i + 1), next, 'list must be sorted alphabetically');
  }
}

function featureProblem(feature: string): string | undefined {
  if (byteLength(feature) > FEATURE_MAX) return `must be no more than ${FEATURE_MAX} characters`;
  if (FEATURE.test(feature)) return undefined;
  const form = "must start with an UpperCamelCase segment, with subsequent segments separated by '/'";
  return `${form} (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`;
}

export function* nodeUpdateErrors(next: V1Node, current: V1Node): Errors {
  const { spec = {}, status = {} } = next;
  const { spec: before = {} } = current;
  yield* metaUpdateErrors(next, current);
  yield* resourceErrors(status);
  yield* featureErrors('status.declaredFeatures', status.declaredFeatures ?? []);
  yield* doubleAddresses(status);
  yield* networkChanges(spec.podCIDRs ?? [], before.podCIDRs ?? []);
  const { providerID = '' } = before;
  if (providerID !== '' && providerID !== (spec.providerID ?? '')) {
    yield forbiddenField('spec.providerID', `node updates may not change providerID ${ONCE}`);
  }
  if (spec.configSource !== undefined) yield* configSource('spec.configSource', spec.configSource, false);
  for (const name of ['assigned', 'active', 'lastKnownGood'] as const) {
    const source = status.config?.[name];
    if (source !== undefined) yield* configSource(at('status.config', name), source, true);
  }
  yield* taintErrors('metadata.taints', spec.taints ?? []);
  if ((spec.externalID ?? '') !== (before.externalID ?? '')) {
    yield forbiddenField('spec.externalID', 'may not be updated');
  }
}

function* doubleAddresses({ addresses = [] }: V1NodeStatus): Errors {
  const seen = new Set<string>();
  for (const [i, address] of addresses.entries()) {
    const id = JSON.stringify([address.type, address.address]);
    if (seen.has(id)) yield duplicate(at('status.addresses', i), shownInternally('core.NodeAddress', address));
    seen.add(id);
  }
}

function* networkChanges(next: readonly string[], current: readonly string[]): Errors {
  if (current.length === 0) return;
  const error = forbiddenField('spec.podCIDRs', `node updates may not change podCIDR ${ONCE}`);
  if (next.length === current.length) yield* current.filter((network, i) => network !== next[i]).map(() => error);
  else yield error;
}

/** `isState`: the source says which version of the ConfigMap is meant; a wish must not. */
function* configSource(field: string, source: V1NodeConfigSource, isState: boolean): Errors {
  const { configMap } = source;
  if (configMap === undefined) {
    const shown = shownInternally('core.NodeConfigSource', source);
    yield invalid(field, shown, 'exactly one reference subfield must be non-nil');
    return;
  }
  const here = at(field, 'configMap');
  for (const name of ['uid', 'resourceVersion'] as const) {
    const isGiven = !isBlank(own(configMap, name));
    if (isState && !isGiven) yield required(at(here, name));
    if (!isState && isGiven) yield forbiddenField(at(here, name), `${name} must not be set in spec`);
  }
  yield* configMapSource(here, configMap);
}

function* configMapSource(field: string, source: V1ConfigMapNodeConfigSource): Errors {
  const rules = [
    ['namespace', dns1123Label],
    ['name', dns1123Subdomain],
    ['kubeletConfigKey', configMapKey],
  ] as const;
  for (const [name, rule] of rules) {
    const value = source[name] ?? '';
    if (value === '') yield required(at(field, name));
    else yield* problemsOf(at(field, name), value, rule(value));
  }
}
