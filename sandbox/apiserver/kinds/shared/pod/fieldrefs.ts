// References from a container's environment or files to fields of its pod and to its own resources.

import { at, invalid, notSupported, required } from '../../../../kube/fielderrors.ts';
import { qualifiedName } from '../../../../kube/names.ts';
import { canonicalQuantity } from '../../../../kube/quantity.ts';
import type { V1ObjectFieldSelector, V1ResourceFieldSelector } from '../../../../schema/generated/types.ts';
import { type Errors, isBlank, neededText, problemsOf } from '../checks.ts';

/** All fields that a reference may name at all; where it stands allows fewer. */
const FIELDS = new Set([
  ...['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'],
  ...['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'spec.schedulerName'],
  ...['status.phase', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
]);

/** `metadata.labels['app']`: the path and the key in brackets. */
function subscript(fieldPath: string): { readonly path: string; readonly key: string } | undefined {
  const open = fieldPath.indexOf("['");
  if (open <= 0 || !fieldPath.endsWith("']") || fieldPath.length - 2 < open + 2) return undefined;
  return { path: fieldPath.slice(0, open), key: fieldPath.slice(open + 2, -2) };
}

export function* objectFieldRef(field: string, ref: V1ObjectFieldSelector, supported: readonly string[]): Errors {
  const { apiVersion = '', fieldPath = '' } = ref;
  const missing = [...neededText(at(field, 'apiVersion'), apiVersion)];
  yield* missing;
  if (missing.length > 0) return;
  if (fieldPath === '') {
    yield required(at(field, 'fieldPath'));
    return;
  }
  const problem = conversionProblem(apiVersion, fieldPath);
  if (problem !== undefined) {
    yield invalid(at(field, 'fieldPath'), fieldPath, `error converting fieldPath: ${problem}`);
    return;
  }
  const part = subscript(fieldPath);
  if (part !== undefined) {
    const key = part.path === 'metadata.annotations' ? part.key.toLowerCase() : part.key;
    yield* problemsOf(field, key, qualifiedName(key));
    return;
  }
  const converted = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!supported.includes(converted)) yield notSupported(at(field, 'fieldPath'), converted, supported);
}

function conversionProblem(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  const part = subscript(fieldPath);
  if (part !== undefined) {
    const known = part.path === 'metadata.annotations' || part.path === 'metadata.labels';
    return known ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  return FIELDS.has(fieldPath) || fieldPath === 'spec.host' ? undefined : `field label not supported: ${fieldPath}`;
}

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const BYTE_UNITS = [
  '1',
  ...'kMGTPE'.split('').map((unit) => `1${unit}`),
  ...'KMGTPE'.split('').map((unit) => `1${unit}i`),
];
const CPU_UNITS = ['1m', '1'];

/** What an amount may be divided by: the units, and how messages call the resource. */
const DIVISORS: readonly (readonly [resource: RegExp, name: string, units: readonly string[], shown: string])[] = [
  [/^(limits|requests)\.cpu$/, 'cpu', CPU_UNITS, '1m and 1'],
  [/^(limits|requests)\.memory$/, 'memory', BYTE_UNITS, BYTE_UNITS.join(', ')],
  [/^(limits|requests)\.ephemeral-storage$/, 'local ephemeral storage', BYTE_UNITS, BYTE_UNITS.join(', ')],
  [/^(limits|requests)\.hugepages-/, 'hugepages', BYTE_UNITS, BYTE_UNITS.join(', ')],
];

/** `needsContainer`: a volume belongs to no container, so the reference has to name one. */
export function* containerResourceRef(
  field: string,
  { containerName, resource, divisor }: V1ResourceFieldSelector,
  { needsContainer }: { readonly needsContainer: boolean },
): Errors {
  if (needsContainer && isBlank(containerName)) yield required(at(field, 'containerName'));
  else if (isBlank(resource)) yield required(at(field, 'resource'));
  else if (!RESOURCES.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) {
    yield notSupported(at(field, 'resource'), resource, RESOURCES);
  }
  const unit = canonicalQuantity(divisor ?? '0');
  if (unit === '0') return;
  for (const [form, name, units, shown] of DIVISORS) {
    if (!form.test(resource) || units.includes(unit)) continue;
    const detail = `only divisor's values ${shown} are supported with the ${name} resource`;
    yield invalid(at(field, 'divisor'), resource, detail);
  }
}
