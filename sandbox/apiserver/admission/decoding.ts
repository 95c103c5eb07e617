// Objects that came back changed from outside: decoded as requests are, with defaults, in the version that is stored.

import type { JsonValue } from '../../kube/json.ts';
import { isObject } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { readDocument } from '../../schema/body.ts';
import { DecodingError } from '../../schema/errors.ts';
import { kindType } from '../../schema/schema.ts';
import type { Served } from '../registry.ts';
import { toStored } from '../versions.ts';

/** Throws a DecodingError for what isn't an object of this kind; strictly, also for fields that nobody knows. */
export function decodedObject(served: Served, document: JsonValue, how: 'strict' | 'lenient'): KubeObject {
  const { group, version, kind } = served.type;
  const type = served.custom ? undefined : kindType(group, version, kind);
  const value = type === undefined ? customObject(served, document) : (decoded(document, type, how) as KubeObject);
  const stored = toStored(served, value);
  return served.kind.strategy.defaults?.(stored) ?? stored;
}

function decoded(document: JsonValue, type: Parameters<typeof readDocument>[1], how: 'strict' | 'lenient'): JsonValue {
  const { value, strict } = readDocument(document, type);
  if (how === 'strict' && strict.length > 0) throw new DecodingError(`strict decoding error: ${strict.join(', ')}`);
  return value;
}

function customObject({ normalise }: Served, document: JsonValue): KubeObject {
  const object = isObject(document) ? document : {};
  return normalise === undefined ? object : normalise(object).value;
}
