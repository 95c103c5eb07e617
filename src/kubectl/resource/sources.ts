// Where the objects of a selection come from: manifests, collections of the server, single names.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { parseApiVersion } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { kindType } from '../../../sandbox/schema/schema.ts';
import { NoKindMatchError } from '../discovery/mapper.ts';
import type { Mapping } from '../discovery/mapping.ts';
import { asError } from '../errors.ts';
import { type Document, decodeObject, readDocuments } from './documents.ts';
import { type ManifestSource, readSource, sourceName } from './files.ts';
import { type Info, isList, metaText } from './info.ts';
import { listPages } from './requests.ts';
import type { Each, Selection, SelectionDeps, Watchable } from './selection.ts';

/** What is done with an error that need not end the source. */
export type Failed = (error: Error) => void;

export interface Source {
  readonly visit: (found: Each, failed: Failed) => Blocking<void>;
  readonly watchable?: Watchable;
}

export function fileSource(deps: SelectionDeps, selection: Selection, source: ManifestSource): Source {
  return {
    *visit(found, failed) {
      const text = yield* readSource(deps.sys, source);
      yield* visitText(deps, selection, text, sourceName(source), found, failed);
    },
  };
}

export function kustomizeSource(deps: SelectionDeps, selection: Selection, folder: string): Source {
  return {
    *visit(found, failed) {
      const text = yield* deps.kustomize(folder);
      yield* visitText(deps, selection, text, folder, found, failed);
    },
  };
}

function* visitText(
  deps: SelectionDeps,
  selection: Selection,
  text: string,
  source: string,
  found: Each,
  failed: Failed,
): Blocking<void> {
  for (const document of documentsOf(text, source)) {
    yield* validated(selection, document, source);
    const info = yield* infoOfDocument(deps, selection, document, source, failed);
    if (info !== undefined) yield* found(info);
  }
}

function* documentsOf(text: string, source: string): Generator<Document, void, void> {
  try {
    yield* readDocuments(text);
  } catch (error) {
    throw new Error(`error parsing ${source}: ${asError(error).message}`);
  }
}

function* validated({ validate }: Selection, document: Document, source: string): Blocking<void> {
  if (validate === undefined) return;
  try {
    yield* validate(document);
  } catch (error) {
    const advice = 'if you choose to ignore these errors, turn validation off with --validate=false';
    throw new Error(`error validating ${quote(source)}: error validating data: ${asError(error).message}; ${advice}`);
  }
}

function* infoOfDocument(
  deps: SelectionDeps,
  selection: Selection,
  document: Document,
  source: string,
  failed: Failed,
): Blocking<Info | undefined> {
  try {
    const object = decoded(document, source);
    if (selection.typed) confirmKnownIn(source, object);
    return yield* infoOf(deps, selection, object, source, true);
  } catch (error) {
    failed(asError(error));
    return undefined;
  }
}

function decoded(document: Document, source: string): JsonObject {
  try {
    return decodeObject(document);
  } catch (error) {
    throw new Error(`unable to decode ${quote(source)}: ${asError(error).message}`);
  }
}

/** Groups of the server whose kinds kubectl itself doesn't know. */
const UNKNOWN_GROUPS: readonly string[] = ['apiextensions.k8s.io', 'apiregistration.k8s.io', 'metrics.k8s.io'];

/** Throws for an object of a kind that kubectl has no type for. `list`: its kind, when the object is a list of a kind. */
export function confirmKnown(object: JsonObject, list?: string): void {
  const [apiVersion, kind] = [String(object['apiVersion'] ?? ''), String(object['kind'] ?? '')];
  const { group, version } = parseApiVersion(apiVersion);
  const known = kindType(group, version, kind === list ? kind.replace(/List$/, '') : kind);
  if (known !== undefined && !UNKNOWN_GROUPS.includes(group)) return;
  const place = 'in scheme "pkg/runtime/scheme.go:111"';
  throw new Error(`no kind ${quote(kind)} is registered for version ${quote(apiVersion)} ${place}`);
}

function confirmKnownIn(source: string, object: JsonObject): void {
  try {
    confirmKnown(object);
  } catch (error) {
    throw new Error(`unable to decode ${quote(source)}: ${asError(error).message}`);
  }
}

export function* infoOf(
  deps: SelectionDeps,
  selection: Selection,
  object: JsonObject,
  source: string,
  fromFile: boolean,
): Blocking<Info> {
  const mapping = selection.local ? undefined : yield* mappingFor(deps, object, source, fromFile);
  return {
    mapping,
    source,
    object,
    name: metaText(object, 'name'),
    namespace: metaText(object, 'namespace'),
    resourceVersion: metaText(object, 'resourceVersion'),
    subresource: '',
  };
}

function* mappingFor(deps: SelectionDeps, object: JsonObject, source: string, fromFile: boolean): Blocking<Mapping> {
  const { group, version } = parseApiVersion(String(object['apiVersion'] ?? ''));
  const mapper = yield* deps.mapper();
  try {
    const mapping = yield* mapper.mapping({ group, kind: String(object['kind'] ?? '') }, version);
    // An object that doesn't say its version is sent where no version is.
    return { ...mapping, version };
  } catch (error) {
    const { message } = asError(error);
    if (!fromFile) throw new Error(`unable to recognize ${message}`);
    if (!(error instanceof NoKindMatchError)) throw new Error(`unable to recognize ${quote(source)}: ${message}`);
    const [name, namespace] = [metaText(object, 'name'), metaText(object, 'namespace')];
    throw new Error(
      `resource mapping not found for name: ${quote(name)} namespace: ${quote(namespace)} from ${quote(source)}: ` +
        `${message}\nensure CRDs are installed first`,
    );
  }
}

/** The objects in a list, those of lists within it too. Items of typed lists may leave out what they are. */
export function itemsOf(list: JsonObject): readonly JsonObject[] {
  const kind = typeof list['kind'] === 'string' ? list['kind'].replace(/List$/, '') : '';
  const items = isArray(list['items']) ? list['items'].filter(isObject) : [];
  return items.flatMap((item) => {
    const named = item['kind'] === undefined && kind !== '' ? { apiVersion: list['apiVersion'], kind, ...item } : item;
    return isList(named) ? itemsOf(named) : [named];
  });
}

/** A whole collection, as far as selectors let it through. Each page of it is visited as one list. */
export function collectionSource(
  deps: SelectionDeps,
  selection: Selection,
  mapping: Mapping,
  label: string,
  field: string,
): Source {
  const namespace = mapping.namespaced ? selection.namespace : '';
  const options = { labelSelector: label, fieldSelector: field, limit: selection.chunkSize ?? 0 };
  return {
    watchable: { mapping, namespace, name: '' },
    *visit(found) {
      const client = yield* deps.client();
      yield* listPages(client, mapping, namespace, options, selection.form ?? {}, (page) => {
        if (selection.typed) confirmKnown(page, `${mapping.kind}List`);
        return found({
          mapping,
          namespace,
          name: '',
          source: '',
          object: page,
          resourceVersion: metaText(page, 'resourceVersion'),
          subresource: '',
        });
      });
    },
  };
}

export function namedSource(selection: Selection, mapping: Mapping, name: string): Source {
  const namespace = mapping.namespaced ? selection.namespace : '';
  if (mapping.namespaced && namespace === '') {
    throw new Error(
      selection.allNamespaces
        ? 'a resource cannot be retrieved by name across all namespaces'
        : 'namespace may not be empty when retrieving a resource by name',
    );
  }
  return {
    watchable: { mapping, namespace, name },
    visit: (found) =>
      found({
        mapping,
        namespace,
        name,
        source: '',
        object: undefined,
        resourceVersion: '',
        subresource: selection.subresource ?? '',
      }),
  };
}
