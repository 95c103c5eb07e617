// IPAddress: an address that is taken, named after itself, and by whom.

import { at, required } from '../../kube/fielderrors.ts';
import { ipProblems } from '../../kube/ip.ts';
import { dns1123Subdomain, pathSegmentName } from '../../kube/names.ts';
import { IPAddresses } from '../../schema/generated/resources.ts';
import type { V1IPAddress, V1ParentReference } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, immutableAs, problemsOf } from './shared/checks.ts';
import { ageColumn, NONE, nameColumn, text } from './shared/columns.ts';

export const ipAddresses = defineKind<V1IPAddress>({
  type: IPAddresses,
  strategy: {
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* parentErrors(next);
      const type = '*networking.ParentReference';
      yield* immutableAs(type, 'spec.parentRef', next.spec?.parentRef, current.spec?.parentRef);
    },
  },
  columns: [
    nameColumn(),
    text('ParentRef', ({ spec }) => shownParent(spec?.parentRef)),
    { ...ageColumn(), undeclared: true },
  ],
});

function shownParent(parent: V1ParentReference | undefined): string {
  if (parent === undefined) return NONE;
  const { group = '', resource = '', namespace = '', name = '' } = parent;
  const parts = [group === '' ? resource : `${resource}.${group}`, namespace, name];
  return parts.filter((part) => part !== '').join('/');
}

function* errors(address: V1IPAddress): Errors {
  yield* metaErrors(address, { namespaced: false, name: ipProblems });
  yield* parentErrors(address);
}

function* parentErrors(address: V1IPAddress): Errors {
  const parent = address.spec?.parentRef;
  const field = 'spec.parentRef';
  if (parent === undefined) {
    yield required(field);
    return;
  }
  const { group = '', resource = '', namespace = '', name = '' } = parent;
  if (group !== '') yield* problemsOf(at(field, 'group'), group, dns1123Subdomain(group));
  for (const [key, value] of Object.entries({ resource, name })) {
    if (value === '') yield required(at(field, key));
    else yield* problemsOf(at(field, key), value, pathSegmentName(value));
  }
  if (namespace !== '') yield* problemsOf(at(field, 'namespace'), namespace, pathSegmentName(namespace));
}
