// What an environment variable gets from elsewhere, as far as it can be told from the pod.

import { own } from '../../../sandbox/kube/json.ts';
import { milliValue, parseQuantity, quantityValue } from '../../../sandbox/kube/quantity.ts';
import type {
  V1Container,
  V1EnvVarSource,
  V1Pod,
  V1ResourceFieldSelector,
} from '../../../sandbox/schema/generated/types.ts';
import { metaOf } from './parts.ts';

/** What stands after the variable's name; undefined when nothing is said. */
export function environmentOf(
  from: V1EnvVarSource,
  container: V1Container,
  pod: V1Pod | undefined,
): string | undefined {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = from;
  if (fieldRef !== undefined) {
    const value = pod === undefined ? '' : fieldOf(pod, fieldRef.fieldPath);
    return `${value} (${fieldRef.apiVersion ?? ''}:${fieldRef.fieldPath})`;
  }
  if (resourceFieldRef !== undefined) {
    return `${resourceText(resourceFieldRef, container)} (${resourceFieldRef.resource})`;
  }
  if (secretKeyRef !== undefined) {
    const { key, name = '', optional = false } = secretKeyRef;
    return `<set to the key '${key}' in secret '${name}'>\tOptional: ${optional}`;
  }
  if (configMapKeyRef !== undefined) {
    const { key, name = '', optional = false } = configMapKeyRef;
    return `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}`;
  }
  return undefined;
}

/** Name and namespace only: the other fields are known to the kubelet alone, as far as kubectl is concerned. */
function fieldOf(pod: V1Pod, path: string): string {
  const { name = '', namespace = '' } = metaOf(pod);
  if (path === 'metadata.name') return name;
  return path === 'metadata.namespace' ? namespace : '';
}

function resourceText(selector: V1ResourceFieldSelector, container: V1Container): string {
  const text = resourceAmount(selector, container) ?? '';
  return text === '0' && ['limits.cpu', 'limits.memory'].includes(selector.resource) ? 'node allocatable' : text;
}

/** The amount in units of the divisor, rounded up; undefined for what a container doesn't say. */
export function resourceAmount(
  { resource, divisor }: V1ResourceFieldSelector,
  { resources }: V1Container,
): string | undefined {
  const [list, ...rest] = resource.split('.');
  const name = rest.join('.');
  const amounts = list === 'limits' ? resources?.limits : list === 'requests' ? resources?.requests : undefined;
  if (!['cpu', 'memory', 'ephemeral-storage'].includes(name) && !name.startsWith('hugepages-')) return undefined;
  const amount = parseQuantity(own(amounts, name) ?? '0');
  const unit = parseQuantity(divisor === undefined || divisor === '0' ? '1' : divisor);
  const count = name === 'cpu' ? milliValue(amount) / milliValue(unit) : quantityValue(amount) / quantityValue(unit);
  return String(Math.ceil(count));
}
