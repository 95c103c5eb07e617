// The rules of admission webhooks and policies: which operations on which resources they are about.

import { at, invalid, required } from '../../../kube/fielderrors.ts';
import type { V1RuleWithOperations } from '../../../schema/generated/types.ts';
import { type Errors, eachItem, oneOf } from '../shared/checks.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

export function* ruleErrors(rule: V1RuleWithOperations, field: string): Errors {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  yield* listErrors(operations, at(field, 'operations'), 'operations');
  yield* eachItem(operations, at(field, 'operations'), (operation, here) => oneOf(here, operation, OPERATIONS));
  yield* listErrors(apiGroups, at(field, 'apiGroups'), 'API groups');
  yield* listErrors(apiVersions, at(field, 'apiVersions'), 'API versions');
  for (const [i, version] of apiVersions.entries()) {
    if (version === '') yield required(at(field, 'apiVersions', i));
  }
  yield* resourceErrors(resources, at(field, 'resources'));
  yield* oneOf(at(field, 'scope'), scope, SCOPES);
}

function* listErrors(list: readonly string[], field: string, what: string): Errors {
  if (list.length === 0) yield required(field);
  if (list.length > 1 && list.includes('*')) {
    yield invalid(field, [...list], `if '*' is present, must not specify other ${what}`);
  }
}

function* resourceErrors(resources: readonly string[], field: string): Errors {
  if (resources.length === 0) yield required(field);
  const all = new Set<string>();
  const everywhere = new Set<string>();
  let plain = false;
  for (const [i, text] of resources.entries()) {
    if (text === '') {
      yield required(at(field, i));
      continue;
    }
    const slash = text.indexOf('/');
    if (slash < 0) {
      plain = text !== '*';
      continue;
    }
    const resource = text.slice(0, slash);
    const part = text.slice(slash + 1);
    if (all.has(resource)) yield invalid(at(field, i), text, `if '${resource}/*' is present, must not specify ${text}`);
    if (everywhere.has(part)) yield invalid(at(field, i), text, `if '*/${part}' is present, must not specify ${text}`);
    if (part === '*') all.add(resource);
    if (resource === '*') everywhere.add(part);
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    yield invalid(field, [...resources], "if '*/*' is present, must not specify other resources");
  }
  if (resources.includes('*') && plain) {
    yield invalid(field, [...resources], "if '*' is present, must not specify other resources without subresources");
  }
}
