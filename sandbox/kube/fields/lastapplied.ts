// The annotation in which client-side apply keeps what it applied last. Server-side apply by kubectl respects it: fields
// that still have the value applied last are kubectl's own, and the annotation stays up to date.

import { byteLength, goJson } from '../go/text.ts';
import { isObject, type JsonObject, type JsonValue, own, withKey, withoutKey } from '../json.ts';
import type { KubeObject } from '../meta.ts';
import { compareObjects } from './compare.ts';
import { fieldsOf } from './owned.ts';
import { difference, type FieldSet } from './set.ts';
import type { TrackedKind } from './tracking.ts';
import { shapeErrors } from './validate.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const MAX_ANNOTATIONS = 256 * 1024;

/** Fields of the live object that still are as client-side apply left them; undefined when it didn't. */
export function untouchedSinceLastApplied(live: KubeObject, kind: TrackedKind): FieldSet | undefined {
  const applied = parse(own(live.metadata?.annotations, LAST_APPLIED) ?? '');
  if (applied === undefined || own(applied, 'apiVersion') !== kind.apiVersion) return undefined;
  if (shapeErrors(kind.type, applied).length > 0) return undefined;
  const { changed, removed } = compareObjects(kind.type, applied, live);
  return difference(difference(fieldsOf(kind.type, applied), changed), removed);
}

function parse(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The object with the annotation renewed, when it has one; without it, when the annotations get too big. */
export function withLastApplied(object: KubeObject, config: JsonObject): KubeObject {
  const annotations = object.metadata?.annotations;
  if (annotations === undefined || (own(annotations, LAST_APPLIED) ?? '') === '') return object;
  const renewed = withKey<{ readonly [key: string]: string }>(annotations, LAST_APPLIED, textOf(config));
  const kept = sizeOf(renewed) > MAX_ANNOTATIONS ? withoutKey(renewed, LAST_APPLIED) : renewed;
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}

/** A line of JSON with sorted keys, the annotation itself left out. */
function textOf(config: JsonObject): string {
  const metadata = own(config, 'metadata');
  const annotations = isObject(metadata) ? own(metadata, 'annotations') : undefined;
  if (!isObject(metadata) || !isObject(annotations)) return `${goJson(config, 'sorted')}\n`;
  const rest = withKey(metadata, 'annotations', withoutKey(annotations, LAST_APPLIED));
  return `${goJson(withKey(config, 'metadata', rest), 'sorted')}\n`;
}

function sizeOf(annotations: { readonly [key: string]: string }): number {
  return Object.entries(annotations).reduce((size, [key, value]) => size + byteLength(key) + byteLength(value), 0);
}
