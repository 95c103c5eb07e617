// JSON patches that policies and webhooks answer, applied one operation after the other: of one that doesn't apply they
// say why, which patches of clients don't.

import type { PatchOperation } from '../../kube/cel/admission/patchvalues.ts';
import { isArray, isObject, type JsonValue, own } from '../../kube/json.ts';
import { applyJsonPatch } from '../../kube/patch/jsonpatch.ts';
import { StatusError } from '../../kube/status.ts';

export type PatchResult =
  | { readonly document: JsonValue }
  /** `test`: a test failed, which is how patches say that they don't apply on purpose. */
  | { readonly problem: string; readonly test?: true };

export function applyOperations(start: JsonValue, operations: readonly PatchOperation[]): PatchResult {
  let document = start;
  for (const operation of operations) {
    try {
      document = applyJsonPatch(document, [{ ...operation }]).document;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return problemOf(document, operation);
    }
  }
  return { document };
}

type Explain = (document: JsonValue, operation: PatchOperation) => string;

/** Whether there is something under which the last key of a path could be. */
function hasParent(document: JsonValue, path: string): boolean {
  const parent = path.lastIndexOf('/') < 0 ? undefined : valueAt(document, path.slice(0, path.lastIndexOf('/')));
  return isArray(parent) || isObject(parent);
}

function valueAt(document: JsonValue, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const part of path.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isArray(value)) value = value[Number(key)];
    else value = isObject(value) ? own(value, key) : undefined;
  }
  return value;
}

function keyProblem(document: JsonValue, path: string): string {
  const key = path.slice(path.lastIndexOf('/') + 1);
  const parent = valueAt(document, path.slice(0, path.lastIndexOf('/')));
  if (!isArray(parent)) return `Unable to remove nonexistent key: ${key}: missing value`;
  return /^-?\d+$/.test(key)
    ? `Unable to access invalid index: ${Number(key)}: invalid index referenced`
    : `value was not a proper array index: '${key}': strconv.Atoi: parsing "${key}": invalid syntax`;
}

const missing = (what: string): string => `${what}: missing value`;

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  add: (document, { path }) =>
    hasParent(document, path)
      ? `error in add for path: '${path}': ${keyProblem(document, path)}`
      : missing(`add operation does not apply: doc is missing path: "${path}"`),
  remove: (document, { path }) =>
    hasParent(document, path)
      ? `error in remove for path: '${path}': ${keyProblem(document, path)}`
      : missing(`remove operation does not apply: doc is missing path: "${path}"`),
  replace: (document, { path }) =>
    missing(`replace operation does not apply: doc is missing ${hasParent(document, path) ? 'key' : 'path'}: ${path}`),
  move: moved('move'),
  copy: moved('copy'),
  test: (document, { path }) =>
    hasParent(document, path)
      ? `testing value ${path} failed: test failed`
      : missing(`test operation does not apply: is missing path: ${path}`),
};

function moved(op: string): Explain {
  return (document, { from = '', path }) => {
    if (!hasParent(document, from)) return missing(`${op} operation does not apply: doc is missing from path: ${from}`);
    if (!hasParent(document, path)) {
      return missing(`${op} operation does not apply: doc is missing destination path: ${path}`);
    }
    return `error in ${op} for path: '${from.slice(from.lastIndexOf('/') + 1)}': ${keyProblem(document, from)}`;
  };
}

function problemOf(document: JsonValue, operation: PatchOperation): PatchResult {
  const problem = EXPLANATIONS[operation.op]?.(document, operation) ?? `Unexpected kind: ${operation.op}`;
  return problem.endsWith('test failed') ? { problem, test: true } : { problem };
}
