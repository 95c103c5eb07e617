// --record: the command line that changed an object, kept in an annotation.

import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import type { Call } from '../../call.ts';

export const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** The object with the annotation, where it is wished. */
export function recorded(call: Call, object: JsonObject): JsonObject {
  const { flags } = call;
  if (!flags.has('record') || !flags.bool('record')) return object;
  return withAnnotation(object, CHANGE_CAUSE, commandLine(call));
}

function commandLine({ path, args, given }: Call): string {
  const flags = given.map(([name, value]) => ` --${name}${value === '' ? '' : `=${value}`}`);
  return `kubectl ${[path, ...args].join(' ')}${flags.join('')}`;
}

export function withAnnotation(object: JsonObject, key: string, value: string): JsonObject {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [key]: value } } };
}
