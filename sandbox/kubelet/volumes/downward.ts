// The downward API: what a pod can be told about itself, in variables and in files.

import { quote } from '../../kube/go/text.ts';
import { own } from '../../kube/json.ts';
import { canonicalQuantity, milliValue, parseQuantity, quantityValue } from '../../kube/quantity.ts';
import type { V1Pod, V1ResourceFieldSelector } from '../../schema/generated/types.ts';
import { findContainer } from '../spec.ts';

export interface Surroundings {
  readonly pod: V1Pod;
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
  /** What limits are where a container has none. */
  readonly allocatable: { readonly [resource: string]: string };
}

export class DownwardError extends Error {}

/** The value of a field path. DownwardError for one that isn't served. */
export function fieldValue(path: string, { pod, podIPs, hostIPs }: Surroundings): string {
  const { metadata = {}, spec } = pod;
  const subscript = /^metadata\.(labels|annotations)\['([^']{0,512})'\]$/.exec(path);
  if (subscript !== null) {
    const [, map, key = ''] = subscript;
    return own(map === 'labels' ? metadata.labels : metadata.annotations, key) ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return mapText(metadata.labels);
    case 'metadata.annotations':
      return mapText(metadata.annotations);
    case 'spec.nodeName':
      return spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? '';
    case 'status.hostIP':
      return hostIPs[0] ?? '';
    case 'status.hostIPs':
      return hostIPs.join(',');
    case 'status.podIP':
      return podIPs[0] ?? '';
    case 'status.podIPs':
      return podIPs.join(',');
    default:
      throw new DownwardError(`unsupported fieldPath: ${path}`);
  }
}

/** `app="web"` a line, by key. */
function mapText(map: { readonly [key: string]: string } | undefined): string {
  return Object.keys(map ?? {})
    .sort()
    .map((key) => `${key}=${quote(own(map, key) ?? '')}`)
    .join('\n');
}

/** A container's request or limit in units of the divisor, rounded up. */
export function resourceValue(
  { containerName, resource, divisor }: V1ResourceFieldSelector,
  container: string,
  { pod, allocatable }: Surroundings,
): string {
  const found = findContainer(pod, containerName ?? container);
  if (found === undefined) throw new DownwardError(`container ${containerName ?? ''} not found`);
  const { requests = {}, limits = {} } = found.container.resources ?? {};
  const [kind = '', ...rest] = resource.split('.');
  const name = rest.join('.');
  const limit = own(limits, name) ?? own(allocatable, name) ?? '0';
  const text = kind === 'limits' ? limit : (own(requests, name) ?? '0');
  return inUnits(text, divisor ?? '1', name === 'cpu');
}

function inUnits(text: string, divisor: string, fine: boolean): string {
  const unit = canonicalQuantity(divisor) === '0' ? '1' : divisor;
  const amount = parseQuantity(text);
  const by = parseQuantity(unit);
  const value = fine ? milliValue(amount) / milliValue(by) : quantityValue(amount) / quantityValue(by);
  return String(Math.ceil(value));
}
