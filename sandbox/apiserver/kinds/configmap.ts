// ConfigMap: settings, as texts or bytes under keys.

import { atKey, invalid, tooLong } from '../../kube/fielderrors.ts';
import { byteLength, sortedKeys } from '../../kube/go/text.ts';
import { own } from '../../kube/json.ts';
import { configMapKey, dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { ConfigMaps } from '../../schema/generated/resources.ts';
import type { V1ConfigMap } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { bytesIn } from './shared/bytes.ts';
import { type Errors, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { sealed } from './shared/immutable.ts';

const BYTES_MAX = 1024 * 1024;
const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export const configMaps = defineKind<V1ConfigMap>({
  type: ConfigMaps,
  strategy: { validate: errors, validateUpdate: updateErrors },
  columns: [nameColumn(), text('Data', count), ageColumn()],
});

function count({ data = {}, binaryData = {} }: V1ConfigMap): number {
  return Object.keys(data).length + Object.keys(binaryData).length;
}

function* errors(map: V1ConfigMap): Errors {
  const { data = {}, binaryData = {} } = map;
  yield* metaErrors(map, NAMED);
  let bytes = 0;
  for (const key of sortedKeys(data)) {
    const field = atKey('data', key);
    yield* problemsOf(field, key, configMapKey(key));
    if (own(binaryData, key) !== undefined) yield invalid(field, key, 'duplicate of key present in binaryData');
    bytes += byteLength(own(data, key) ?? '');
  }
  for (const key of sortedKeys(binaryData)) {
    yield* problemsOf(atKey('binaryData', key), key, configMapKey(key));
    bytes += bytesIn(own(binaryData, key) ?? '');
  }
  if (bytes > BYTES_MAX) yield tooLong('[]', BYTES_MAX);
}

function* updateErrors(next: V1ConfigMap, current: V1ConfigMap): Errors {
  yield* metaUpdateErrors(next, current);
  yield* sealed(next, current, ['data', 'binaryData']);
  yield* errors(next);
}
