// Requests about objects whose type is known by its mapping only.

import type { JsonObject } from '../../../sandbox/kube/json.ts';
import { StatusError } from '../../../sandbox/kube/status.ts';
import type { KindType } from '../../../sandbox/kube/structure.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { encodeJson } from '../../../sandbox/schema/encode/json.ts';
import { withMessage } from '../errors.ts';
import { bodyOf, JSON_TYPE, type RestClient, type RestRequest } from '../rest/client.ts';
import { isNotFound, type Subject } from '../rest/status.ts';
import type { Query } from '../rest/url.ts';
import { type Info, mappingOf, metaText, withMeta } from './info.ts';
import { type Collection, collectionPath, objectPath, resourceText } from './paths.ts';

/** What those accept that read objects as their types. */
export const ACCEPT_SCHEME = 'application/json, */*';

/** What changes every request of a command: another form of answers, or more to say in the query. */
export interface RequestForm {
  readonly accept?: string;
  readonly query?: Query;
  /** As a request's. */
  readonly timeout?: number;
  /** Where -v=8 says that requests came from, when it is another place than for other requests. */
  readonly getSource?: string;
  readonly listSource?: string;
}

export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** 0 asks for everything at once. */
  readonly limit: number;
  readonly continueToken?: string;
  readonly resourceVersion?: string;
}

/** What goes into the query of a request that writes. */
export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
  readonly subresource?: string;
  readonly force?: boolean;
  /** Another form of the answer. */
  readonly accept?: string;
  /** The object is written as its type has its fields, not in the order of their names. */
  readonly type?: KindType | undefined;
}

export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export type PatchType = keyof typeof PATCH_TYPES;

export function writeQuery(options: WriteOptions): Query {
  return [
    ...(options.dryRun ? [['dryRun', 'All'] as const] : []),
    ...(options.fieldManager ? [['fieldManager', options.fieldManager] as const] : []),
    ...(options.fieldValidation ? [['fieldValidation', options.fieldValidation] as const] : []),
    ...(options.force === undefined ? [] : [['force', String(options.force)] as const]),
  ];
}

function subject(mapping: Collection, name: string): Subject {
  return { group: mapping.group, resource: mapping.resource, name };
}

function formed(request: RestRequest, form: RequestForm): RestRequest {
  return {
    ...request,
    ...(form.accept === undefined ? {} : { accept: form.accept }),
    ...(form.timeout === undefined ? {} : { timeout: form.timeout }),
    query: [...(request.query ?? []), ...(form.query ?? [])],
  };
}

export function* getObject(
  client: RestClient,
  mapping: Collection,
  namespace: string,
  name: string,
  form: RequestForm = {},
  subresource = '',
): Blocking<JsonObject> {
  const path = objectPath(mapping, namespace, name, subresource);
  const source = form.getSource ?? 'helper.go:105';
  return yield* client.object(formed({ method: 'GET', path, subject: subject(mapping, name), source }, form));
}

/** Reads what the server holds of it. Where its namespace is missing, that is what is reported. */
export function* fetchInfo(client: RestClient, info: Info, form: RequestForm = {}): Blocking<void> {
  const { namespace, name } = info;
  try {
    const object = yield* getObject(client, mappingOf(info), namespace, name, form, info.subresource);
    info.object = object;
    info.resourceVersion = metaText(object, 'resourceVersion');
  } catch (error) {
    if (isNotFound(error) && namespace !== '' && namespace !== 'default') {
      yield* confirmNamespace(client, namespace, form);
    }
    throw error;
  }
}

/** Throws when the namespace isn't there; any other trouble does not matter. */
function* confirmNamespace(client: RestClient, namespace: string, form: RequestForm): Blocking<void> {
  try {
    yield* client.send(formed({ method: 'GET', path: `/api/v1/namespaces/${namespace}` }, form));
  } catch (error) {
    if (isNotFound(error)) throw error;
  }
}

/** All pages of a list, one after the other. */
export function* listPages(
  client: RestClient,
  mapping: Collection,
  namespace: string,
  options: ListOptions,
  form: RequestForm,
  each: (page: JsonObject) => Blocking<void>,
): Blocking<void> {
  let token = options.continueToken ?? '';
  do {
    const page = yield* listPage(client, mapping, namespace, { ...options, continueToken: token }, form);
    yield* each(page);
    token = metaText(page, 'continue');
  } while (token !== '');
}

export function* listPage(
  client: RestClient,
  mapping: Collection,
  namespace: string,
  options: ListOptions,
  form: RequestForm = {},
): Blocking<JsonObject> {
  const path = collectionPath(mapping, namespace);
  try {
    const source = form.listSource ?? 'helper.go:113';
    const request = { method: 'GET', path, query: listQuery(options), subject: subject(mapping, ''), source };
    return yield* client.object(formed(request, form));
  } catch (error) {
    throw explainedListError(error, options, resourceText(mapping));
  }
}

export function listQuery(options: ListOptions): Query {
  return [
    ...(options.continueToken ? [['continue', options.continueToken] as const] : []),
    ...(options.fieldSelector === '' ? [] : [['fieldSelector', options.fieldSelector] as const]),
    ...(options.labelSelector === '' ? [] : [['labelSelector', options.labelSelector] as const]),
    ...(options.limit === 0 ? [] : [['limit', String(options.limit)] as const]),
    ...(options.resourceVersion ? [['resourceVersion', options.resourceVersion] as const] : []),
  ];
}

/** What could not be listed is part of the message. */
function explainedListError(error: unknown, options: ListOptions, what: string): unknown {
  if (!(error instanceof StatusError) || error.status.reason === 'Expired') return error;
  if (error.status.reason !== 'BadRequest' && !isNotFound(error)) return error;
  const { labelSelector, fieldSelector } = options;
  if (labelSelector === '' && fieldSelector === '') {
    return withMessage(error, `Unable to list ${JSON.stringify(what)}: ${error.message}`);
  }
  const selectors = `label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}`;
  return withMessage(error, `Unable to find ${JSON.stringify(what)} that match ${selectors}: ${error.message}`);
}

/** A watch request from a resource version on; of one object when it has a name. */
export function watchRequest(
  mapping: Collection,
  namespace: string,
  options: ListOptions,
  form: RequestForm = {},
): RestRequest {
  return formed(
    {
      method: 'GET',
      path: collectionPath(mapping, namespace),
      query: [...listQuery({ ...options, limit: 0 }), ['watch', 'true']],
      subject: subject(mapping, ''),
    },
    form,
  );
}

/** Only the object of that name. */
export function nameSelector(name: string): string {
  return `metadata.name=${name}`;
}

export function* createObject(
  client: RestClient,
  mapping: Collection,
  namespace: string,
  object: JsonObject,
  options: WriteOptions = {},
): Blocking<JsonObject> {
  const fresh = metaText(object, 'resourceVersion') === '' ? object : withMeta(object, 'resourceVersion', undefined);
  if (mapping.namespaced && namespace === '') throw new Error('an empty namespace may not be set during creation');
  return yield* client.object({
    method: 'POST',
    path: collectionPath(mapping, namespace),
    query: writeQuery(options),
    contentType: JSON_TYPE,
    body: options.type === undefined ? bodyOf(fresh) : `${encodeJson(fresh, options.type.type)}\n`,
    ...(options.accept === undefined ? {} : { accept: options.accept }),
    subject: subject(mapping, ''),
    source: 'helper.go:246',
  });
}

export function* patchObject(
  client: RestClient,
  info: Info,
  type: PatchType,
  patch: string,
  options: WriteOptions = {},
): Blocking<JsonObject> {
  const mapping = mappingOf(info);
  return yield* client.object({
    method: 'PATCH',
    path: objectPath(mapping, info.namespace, info.name, options.subresource ?? info.subresource),
    query: writeQuery(options),
    ...(options.accept === undefined ? {} : { accept: options.accept }),
    contentType: PATCH_TYPES[type],
    body: patch,
    subject: subject(mapping, info.name),
    source: 'helper.go:269',
  });
}

/** Puts the object in place of the one there; without a resource version, of whichever one is there. */
export function* replaceObject(
  client: RestClient,
  info: Info,
  object: JsonObject,
  overwrite: boolean,
  options: WriteOptions = {},
): Blocking<JsonObject> {
  const mapping = mappingOf(info);
  const subresource = options.subresource ?? '';
  const path = objectPath(mapping, info.namespace, info.name, subresource);
  const missing = metaText(object, 'resourceVersion') === '' && overwrite;
  const version = missing ? yield* currentVersion(client, path, mapping, info.name) : undefined;
  const body = version === undefined ? object : withMeta(object, 'resourceVersion', version);
  return yield* client.object({
    method: 'PUT',
    path,
    query: writeQuery(options),
    ...(options.accept === undefined ? {} : { accept: options.accept }),
    contentType: JSON_TYPE,
    body: bodyOf(body),
    subject: subject(mapping, info.name),
    source: 'helper.go:319',
  });
}

function* currentVersion(
  client: RestClient,
  path: string,
  mapping: Collection,
  name: string,
): Blocking<string | undefined> {
  try {
    return metaText(
      yield* client.object({ method: 'GET', path, subject: subject(mapping, name), source: 'helper.go:294' }),
      'resourceVersion',
    );
  } catch {
    return undefined;
  }
}

/** metav1.DeleteOptions, as far as kubectl sets them. */
export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
  readonly uid?: string;
  /** The body says what it is, as kubectl's client for objects of any kind has it. */
  readonly named?: boolean;
  /** Another form of the answer. */
  readonly accept?: string;
}

export function deleteBody({ gracePeriodSeconds, propagationPolicy, dryRun, uid, named }: DeleteOptions): string {
  const body = {
    ...(named ? { kind: 'DeleteOptions', apiVersion: 'v1' } : {}),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(uid === undefined ? {} : { preconditions: { uid } }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(dryRun ? { dryRun: ['All'] } : {}),
  };
  return `${JSON.stringify(body)}\n`;
}

/** Answers the object or a Status. */
export function* deleteObject(
  client: RestClient,
  mapping: Collection,
  namespace: string,
  name: string,
  options: DeleteOptions,
  source = 'helper.go:202',
): Blocking<JsonObject> {
  return yield* client.object({
    method: 'DELETE',
    path: objectPath(mapping, namespace, name),
    ...(options.accept === undefined ? {} : { accept: options.accept }),
    contentType: JSON_TYPE,
    body: deleteBody(options),
    subject: subject(mapping, name),
    source,
  });
}
