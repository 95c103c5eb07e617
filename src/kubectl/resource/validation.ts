// Looks at manifests before their objects are sent: whether the server will check the fields itself, and what else can
// be said without it.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import { type GroupVersionKind, parseApiVersion } from '../../../sandbox/kube/resource.ts';
import { messageOf } from '../../../sandbox/kube/thrown.ts';
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
  const asks: Asks = { ...deps, custom: createFinder(deps), customOfOld: createFinder(deps) };
  return function* ({ value }) {
    const kind = kindOf(value);
    if (isArray(kind)) return throwAll(kind);
    const key = `${kind.group}/${kind.version}/${kind.kind}`;
    const known = supported.get(key) ?? (yield* serverValidates(asks, kind));
    supported.set(key, known);
    if (known) return;
    if (directive === 'Strict') throwAll(yield* errorsOf(deps.openApi, value, kind));
    else {
      yield* deps.log.warning(
        'schema.go:145',
        'cannot perform warn validation if server-side field validation is unsupported, skipping validation',
      );
    }
  };
}

/** What is said to be in a document, or why that can't be read from it. */
function kindOf(value: JsonValue): GroupVersionKind | readonly string[] {
  if (!isObject(value)) return ['invalid object to validate'];
  const { apiVersion, kind } = value;
  const problems = [...apiVersionProblems(apiVersion), ...textProblems('kind', kind)];
  if (problems.length > 0) return problems;
  return { ...parseApiVersion(String(apiVersion)), kind: String(kind) };
}

function apiVersionProblems(apiVersion: JsonValue | undefined): readonly string[] {
  if (typeof apiVersion !== 'string') return textProblems('apiVersion', apiVersion);
  return apiVersion.split('/').length > 2 ? [`unexpected GroupVersion string: ${apiVersion}`] : [];
}

function textProblems(name: string, value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [];
  return [value == null ? `${name} not set` : `${name} isn't string type`];
}

function throwAll(problems: readonly string[]): void {
  const error = aggregate(problems.map((problem) => new Error(problem)));
  if (error !== undefined) throw error;
}

/** Whether there is a custom resource definition for a kind. They are listed once. */
type Finder = (kind: GroupVersionKind) => Blocking<boolean>;

interface Asks extends ValidationDeps {
  readonly custom: Finder;
  /** When the older document is asked: kubectl lists them anew. */
  readonly customOfOld: Finder;
}

/** Whether the server checks the fields of a kind when it is asked to. */
function* serverValidates(asks: Asks, kind: GroupVersionKind): Blocking<boolean> {
  if (isList(kind)) return false;
  try {
    const document = yield* asks.openApi.document(kind.group, kind.version);
    const takes = document === undefined ? yield* likeNamespaces(asks, kind) : patchTakes(document, kind, PARAMETER);
    if (takes !== undefined) return takes;
  } catch {
    // The older document may still be had.
  }
  return yield* saidByOld(asks, kind);
}

function isList({ group, version, kind }: GroupVersionKind): boolean {
  return group === '' && version === 'v1' && kind === 'List';
}

/** Custom resources are checked where namespaces are. */
function* likeNamespaces({ openApi, custom }: Asks, kind: GroupVersionKind): Blocking<boolean> {
  try {
    if (!(yield* custom(kind))) return false;
  } catch {
    return false;
  }
  const core = yield* openApi.document(NAMESPACE.group, NAMESPACE.version);
  return core !== undefined && patchTakes(core, NAMESPACE, PARAMETER) === true;
}

/** The newer document has no way to patch the kind: neither has the older one, and only custom resources are left. */
function* saidByOld({ openApi, customOfOld }: Asks, kind: GroupVersionKind): Blocking<boolean> {
  yield* toldAs('failed to download openapi', openApi.documentV2());
  return yield* toldAs('failed to check CRD', customOfOld(kind));
}

function* toldAs<T>(what: string, doing: Blocking<T>): Blocking<T> {
  try {
    return yield* doing;
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`);
  }
}

function createFinder({ client }: ValidationDeps): Finder {
  let known: readonly JsonObject[] | undefined;
  return function* ({ group, kind }) {
    known ??= yield* toldAs('failed to list CRDs', definitions(client));
    return known.some(({ spec }) => {
      const names = isObject(spec) ? spec['names'] : undefined;
      return isObject(spec) && spec['group'] === group && isObject(names) && names['kind'] === kind;
    });
  };
}

function* definitions(client: ValidationDeps['client']): Blocking<readonly JsonObject[]> {
  const options = { labelSelector: '', fieldSelector: '', limit: 0 };
  return itemsOf(
    yield* listPage(yield* client(), CustomResourceDefinitions, '', options, { listSource: 'simple.go:257' }),
  );
}

/** What is wrong with an object, or with those in a list, by the schemas of the server. */
function* errorsOf(openApi: OpenApi, value: JsonValue, kind: GroupVersionKind): Blocking<readonly string[]> {
  if (!isList(kind)) return schemaErrors(yield* openApi.documentV2(), value, kind);
  const items = isObject(value) ? value['items'] : undefined;
  if (!isArray(items)) return ['invalid object to validate'];
  const errors: string[] = [];
  for (const item of items) {
    const found = kindOf(item);
    errors.push(...(isArray(found) ? found : schemaErrors(yield* openApi.documentV2(), item, found)));
  }
  return errors;
}
