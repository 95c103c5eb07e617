// How plug-ins refuse: the object by the name that it has at that moment.

import { forbidden, type StatusError } from '../../kube/status.ts';
import type { Attributes } from './chain.ts';

/** `pods "web" is forbidden: WHY`. Names that are to be generated aren't known yet: their beginning stands for them. */
export function forbiddenBy({ served, name, object }: Attributes, why: string): StatusError {
  const { name: own = '', generateName = '' } = object?.metadata ?? {};
  const shown = [name, own, generateName, 'Unknown'].find((each) => each !== '') ?? '';
  return forbidden({ group: served.type.group, kind: served.type.resource, name: shown }, why);
}

/** Whether the request is about objects of this resource themselves. */
export function isMain({ served, subresource }: Attributes, group: string, resource: string): boolean {
  return subresource === '' && served.type.group === group && served.type.resource === resource;
}
