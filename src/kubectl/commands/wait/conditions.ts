// What `kubectl wait` can wait for, read from --for, and whether an object is so far: pure.

import { goValue, quote } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../../../../sandbox/kube/json.ts';
import { findJsonPath, type JsonPath, parseJsonPath, relaxedJsonPath } from '../../../../sandbox/kube/jsonpath.ts';

export type Wanted =
  | { readonly kind: 'delete' }
  | { readonly kind: 'create' }
  | { readonly kind: 'check'; readonly check: Check };

/** Throws for an object that can't be judged. */
export type Check = (object: JsonObject) => boolean;

export function parseWanted(texts: readonly string[]): readonly Wanted[] {
  if (texts.length === 0) throw new Error('unrecognized condition: []');
  return texts.map((text): Wanted => {
    const lower = text.toLowerCase();
    if (lower === 'delete') return { kind: 'delete' };
    if (lower === 'create') return { kind: 'create' };
    if (text.startsWith('condition=')) return { kind: 'check', check: conditionCheck(text.slice('condition='.length)) };
    if (text.startsWith('jsonpath=')) return { kind: 'check', check: pathCheck(text.slice('jsonpath='.length)) };
    throw new Error(`unrecognized condition: ${quote(text)}`);
  });
}

/** `Ready`, `Ready=false` */
function conditionCheck(text: string): Check {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const wished = equals < 0 ? 'true' : text.slice(equals + 1);
  return (object) => {
    const { status, metadata } = object;
    const conditions = isObject(status) ? status['conditions'] : undefined;
    if (conditions !== undefined && !isArray(conditions)) {
      throw new Error(
        `.status.conditions accessor error: ${goValue(conditions)} is of the type string, expected []interface{}`,
      );
    }
    const condition = (conditions ?? []).find(
      (each): each is JsonObject => isObject(each) && same(each['type'], name) && typeof each['status'] === 'string',
    );
    if (condition === undefined) return false;
    const generation = isObject(metadata) ? metadata['generation'] : undefined;
    const observed = condition['observedGeneration'] ?? (isObject(status) ? status['observedGeneration'] : undefined);
    if (generation !== undefined && observed !== undefined && Number(observed) < Number(generation)) return false;
    return same(condition['status'], wished);
  };
}

function same(value: JsonValue | undefined, text: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === text.toLowerCase();
}

/** `{.status.phase}=Running`, or a path alone: anything will do. */
function pathCheck(text: string): Check {
  const [expression = '', value, ...more] = splitAtEquals(text);
  if (more.length > 0) {
    throw new Error(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const relaxed = relaxedJsonPath(expression);
  const wished = value?.replace(/^['"]+|['"]+$/g, '');
  if (wished === '') {
    throw new Error(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  if (relaxed === '') throw new Error('jsonpath expression cannot be empty');
  const path = parseJsonPath(relaxed);
  return (object) => isAt(path, object, wished);
}

function isAt(path: JsonPath, object: JsonObject, wished: string | undefined): boolean {
  const { results } = findJsonPath(path, object, { allowMissingKeys: true });
  const [values = []] = results;
  if (values.length === 0) return false;
  if (results.length > 1) throw new Error('given jsonpath expression matches more than one list');
  if (values.length > 1) throw new Error('given jsonpath expression matches more than one value');
  if (wished === undefined) return true;
  const [value] = values;
  if (typeof value === 'object' && value !== null) {
    throw new Error('jsonpath leads to a nested object or list which is not supported');
  }
  return (value === undefined || value === null ? '<nil>' : goValue(value)).trim() === wished.trim();
}

/** `==` belongs to a filter and splits nothing. */
function splitAtEquals(text: string): readonly string[] {
  return text.split(/(?<!=)=(?!=)/);
}
