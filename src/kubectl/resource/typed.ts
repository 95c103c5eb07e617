// Requests for objects of built-in kinds, with their types. They speak protobuf, as kubectl's typed clients do.

import type { JsonObject } from '../../../sandbox/kube/json.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { apiVersion, type GroupVersionKind, type ResourceType } from '../../../sandbox/kube/resource.ts';
import type { KindType } from '../../../sandbox/kube/structure.ts';
import type { Blocking, Bytes } from '../../../sandbox/machine/sys.ts';
import { canonical } from '../../../sandbox/schema/decode/canonical.ts';
import { encodeProtobuf, hasProtobuf } from '../../../sandbox/schema/protobuf/envelope.ts';
import { kindType } from '../../../sandbox/schema/schema.ts';
import { ACCEPT_TYPED, bodyOf, JSON_TYPE, PROTOBUF, type RestClient, type RestRequest } from '../rest/client.ts';
import { collectionPath, objectPath } from './paths.ts';
import {
  type DeleteOptions,
  deleteBody,
  getObject,
  listPage,
  listPages,
  type WriteOptions,
  writeQuery,
} from './requests.ts';
import { itemsOf } from './sources.ts';

const GET_FORM = { accept: ACCEPT_TYPED, getSource: 'type.go:165' };
/** Lists and watches of typed clients leave --request-timeout to this end of the line. */
export const LIST_FORM = { accept: ACCEPT_TYPED, listSource: 'type.go:183', timeout: 0 };

export interface ListSelectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects in one page; all at once without. */
  readonly chunkSize?: number;
}

export function* getTyped<T extends KubeObject>(
  client: RestClient,
  type: ResourceType<T>,
  namespace: string,
  name: string,
): Blocking<T> {
  // Decoded: the server answers objects of the collection that was asked.
  return identified(yield* getObject(client, type, namespace, name, GET_FORM), type) as T;
}

/** All pages of a list as one. */
export function* listTyped<T extends KubeObject>(
  client: RestClient,
  type: ResourceType<T>,
  namespace: string,
  { labelSelector = '', fieldSelector = '', chunkSize = 0 }: ListSelectors = {},
): Blocking<readonly T[]> {
  const items: T[] = [];
  const options = { labelSelector, fieldSelector, limit: chunkSize };
  yield* listPages(client, type, namespace, options, LIST_FORM, function* (page) {
    items.push(...itemsOf(page).map((item) => item as T));
  });
  return items;
}

/** A whole collection as one list, as its type writes it. */
export function* typedList(
  client: RestClient,
  type: ResourceType,
  namespace: string,
  labelSelector = '',
): Blocking<JsonObject> {
  const options = { labelSelector, fieldSelector: '', limit: 0 };
  const list = yield* listPage(client, type, namespace, options, LIST_FORM);
  return canonicalObject(list, { ...type, kind: `${type.kind}List` });
}

/** Creates an object, or a subresource of one that has a name: `pods/eviction`. */
export function* createTyped<T extends KubeObject>(
  client: RestClient,
  type: ResourceType<T>,
  namespace: string,
  object: T,
  options: WriteOptions & { readonly path?: string } = {},
): Blocking<T> {
  const path = options.path ?? collectionPath(type, namespace);
  return yield* sendTyped(client, type, object, {
    method: 'POST',
    path,
    query: writeQuery(options),
    source: 'type.go:213',
  });
}

export function* updateTyped<T extends KubeObject>(
  client: RestClient,
  type: ResourceType<T>,
  object: T,
  options: WriteOptions = {},
): Blocking<T> {
  const { namespace = '', name = '' } = object.metadata ?? {};
  const path = objectPath(type, type.namespaced ? namespace : '', name, options.subresource ?? '');
  return yield* sendTyped(client, type, object, {
    method: 'PUT',
    path,
    query: writeQuery(options),
    source: 'type.go:228',
  });
}

export function* deleteTyped(
  client: RestClient,
  type: ResourceType,
  namespace: string,
  name: string,
  options: DeleteOptions,
): Blocking<void> {
  const written = deletion(options, type);
  yield* client.object({
    method: 'DELETE',
    path: objectPath(type, namespace, name),
    accept: ACCEPT_TYPED,
    ...written,
    subject: { group: type.group, resource: type.resource, name },
    source: 'type.go:257',
  });
}

/** The options of a deletion, as a kind of the version that the object is of. */
function deletion(options: DeleteOptions, { group, version }: ResourceType): Body {
  const kind = typeOf({ group: '', version: 'v1', kind: 'DeleteOptions' });
  const body = deleteBody(options);
  if (kind === undefined) return { body, contentType: JSON_TYPE };
  const named = { ...kind, group, version };
  return { body: encodeProtobuf(canonical(JSON.parse(body), kind.type), named), contentType: PROTOBUF };
}

interface Body {
  readonly body: string | Bytes;
  readonly contentType: string;
}

function* sendTyped<T extends KubeObject>(
  client: RestClient,
  type: ResourceType<T>,
  object: T,
  request: RestRequest,
): Blocking<T> {
  const { body, contentType } = encoded(object, type);
  const subject = { group: type.group, resource: type.resource, name: '' };
  const answer = yield* client.object({ ...request, accept: ACCEPT_TYPED, contentType, body, subject });
  return identified(answer, type) as T;
}

function encoded(object: KubeObject, type: ResourceType): Body {
  const kind = typeOf(type);
  const named = identified(object, type);
  if (kind === undefined || !hasProtobuf(kind.type)) return { body: bodyOf(named), contentType: JSON_TYPE };
  return { body: encodeProtobuf(canonical(named, kind.type), kind), contentType: PROTOBUF };
}

/** The object as its type writes it: fields in their order, without those that the type leaves out. */
export function canonicalObject(object: KubeObject, type: ResourceType): JsonObject {
  const kind = typeOf(type);
  const named = identified(object, type);
  return kind === undefined ? named : canonical(named, kind.type);
}

/** What is known of a kind's structure. */
export function typeOf({ group, version, kind }: GroupVersionKind): KindType | undefined {
  return kindType(group, version, kind);
}

/** The object with its kind and version, which the items of lists don't have. */
export function identified(object: KubeObject, type: ResourceType): JsonObject {
  return { kind: type.kind, apiVersion: apiVersion(type), ...object };
}
