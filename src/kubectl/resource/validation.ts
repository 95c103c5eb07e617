// Looks at manifests before their objects are sent: whether the server will check the fields itself, and what else can
// be said without it.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import { type GroupVersionKind, parseApiVersion } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { CustomResourceDefinitions } from '../../../sandbox/schema/generated/resources.ts';
import { aggregate } from '../errors.ts';
import type { Log } from '../log.ts';
import type { OpenApi } from '../openapi/documents.ts';
import { patchTakes } from '../openapi/schemas.ts';
import { schemaErrors } from '../openapi/validate.ts';
import type { RestClient } from '../rest/client.ts';
import type { Document } from './documents.ts';
import { listPage } from './requests.ts';
import { itemsOf } from './sources.ts';

export interface ValidationDeps {
  readonly openApi: OpenApi;
  readonly log: Log;
  readonly client: () => Blocking<RestClient>;
}

/** Throws when a document can't be sent. */
export type Validate = (document: Document) => Blocking<void>;

const PARAMETER = 'fieldValidation';
const NAMESPACE: GroupVersionKind = { group: '', version: 'v1', kind: 'Namespace' };

export function createValidator(deps: ValidationDeps, directive: 'Strict' | 'Warn'): Validate {
  const supported = new Map<string, boolean>();
  return function* ({ value }) {
    const kind = kindOf(value);
    const key = `${kind.group}/${kind.version}/${kind.kind}`;
    const known = supported.get(key) ?? (yield* serverValidates(deps, kind));
    supported.set(key, known);
    if (known) return;
    if (directive === 'Strict') throwAll(yield* listErrors(deps, value));
    else {
      yield* deps.log.warning(
        'schema.go:145',
        'cannot perform warn validation if server-side field validation is unsupported, skipping validation',
      );
    }
  };
}

/** What is said to be in a document. Throws when it doesn't say it. */
function kindOf(value: JsonValue): GroupVersionKind {
  if (!isObject(value)) throw new Error('invalid object to validate');
  const { apiVersion, kind } = value;
  const problems = [
    ...(typeof apiVersion === 'string'
      ? []
      : [apiVersion == null ? 'apiVersion not set' : "apiVersion isn't string type"]),
    ...(typeof kind === 'string' ? [] : [kind == null ? 'kind not set' : "kind isn't string type"]),
  ];
  throwAll(problems);
  if (String(apiVersion).split('/').length > 2) {
    throw new Error(`unexpected GroupVersion string: ${String(apiVersion)}`);
  }
  return { ...parseApiVersion(String(apiVersion)), kind: String(kind) };
}

function throwAll(problems: readonly string[]): void {
  const error = aggregate(problems.map((problem) => new Error(problem)));
  if (error !== undefined) throw error;
}

/** Whether the server checks the fields of a kind when it is asked to. */
function* serverValidates(deps: ValidationDeps, kind: GroupVersionKind): Blocking<boolean> {
  if (kind.group === '' && kind.version === 'v1' && kind.kind === 'List') return false;
  const document = yield* deps.openApi.document(kind.group, kind.version);
  if (document !== undefined) return patchTakes(document, kind, PARAMETER) ?? false;
  if (!(yield* isDefined(deps, kind))) return false;
  const core = yield* deps.openApi.document(NAMESPACE.group, NAMESPACE.version);
  return core !== undefined && patchTakes(core, NAMESPACE, PARAMETER) === true;
}

/** Whether there is a custom resource definition for a kind. */
function* isDefined({ client }: ValidationDeps, { group, kind }: GroupVersionKind): Blocking<boolean> {
  const options = { labelSelector: '', fieldSelector: '', limit: 0 };
  const form = { listSource: 'simple.go:257' };
  const list = yield* listPage(yield* client(), CustomResourceDefinitions, '', options, form);
  return itemsOf(list).some(({ spec }) => {
    const names = isObject(spec) ? spec['names'] : undefined;
    return isObject(spec) && spec['group'] === group && isObject(names) && names['kind'] === kind;
  });
}

/** What is wrong with the objects in a list, by the schemas of the server. */
function* listErrors(deps: ValidationDeps, list: JsonValue): Blocking<readonly string[]> {
  if (!isObject(list) || list['kind'] !== 'List') return [];
  const { items } = list;
  if (!isArray(items)) return ['invalid object to validate'];
  const errors: string[] = [];
  for (const item of items) errors.push(...(yield* itemErrors(deps, item)));
  return errors;
}

function* itemErrors({ openApi }: ValidationDeps, item: JsonValue): Blocking<readonly string[]> {
  let kind: GroupVersionKind;
  try {
    kind = kindOf(item);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const document: JsonObject | undefined = yield* openApi.document(kind.group, kind.version);
  return document === undefined ? [] : schemaErrors(document, item, kind);
}
