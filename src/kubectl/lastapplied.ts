// The annotation in which `kubectl apply` remembers what it was given, so that the next time it knows what was left out.

import { goJson } from '../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, own, withKey, withoutKey } from '../../sandbox/kube/json.ts';
import type { KindType } from '../../sandbox/kube/structure.ts';
import { encodeJson } from '../../sandbox/schema/encode/json.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object's annotation; undefined where there is none. */
export function annotationOf(object: JsonObject, key: string): string | undefined {
  const { metadata } = object;
  const annotations = isObject(metadata) ? own(metadata, 'annotations') : undefined;
  const value = isObject(annotations) ? own(annotations, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** What was applied last, as JSON; undefined where nothing was. */
export function lastApplied(object: JsonObject): string | undefined {
  return annotationOf(object, LAST_APPLIED);
}

/** The object with the annotation set, or taken away; annotations are there in any case. */
export function withLastApplied(object: JsonObject, value: string | undefined): JsonObject {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const old = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  const annotations = value === undefined ? withoutKey(old, LAST_APPLIED) : withKey(old, LAST_APPLIED, value);
  return { ...object, metadata: { ...metadata, annotations } };
}

/** What is remembered of an object: all of it, but not what was remembered before. Of a typed one, as its type has it. */
export function configurationText(object: JsonObject, type?: KindType): string {
  const plain = withLastApplied(object, undefined);
  return `${type === undefined ? goJson(plain, 'sorted') : encodeJson(plain, type.type)}\n`;
}

/** The annotation is made when that is wished, and brought up to date where it is already. */
export function remembering(object: JsonObject, wished: boolean, type?: KindType): JsonObject {
  if (!wished && !lastApplied(object)) return object;
  return withLastApplied(object, configurationText(object, type));
}
