// One object that a command works on, as far as it is known: from the command line, a file or the server.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import { type GroupVersionKind, parseApiVersion } from '../../../sandbox/kube/resource.ts';
import type { Mapping } from '../discovery/mapping.ts';

export interface Info {
  /** Undefined where the server may not be asked. */
  readonly mapping: Mapping | undefined;
  namespace: string;
  name: string;
  /** The file that it came from; empty for one of the server. */
  readonly source: string;
  object: JsonObject | undefined;
  resourceVersion: string;
  readonly subresource: string;
}

/** The collection that an object lies in; for objects that were read by the server's leave only. */
export function mappingOf(info: Info): Mapping {
  if (info.mapping === undefined) throw new Error(`no resource mapping is known for ${JSON.stringify(info.name)}`);
  return info.mapping;
}

/** Of the collection; where the server may not be asked, what the object says itself. */
export function kindOf(info: Info): GroupVersionKind {
  if (info.mapping !== undefined) return info.mapping;
  const { apiVersion, kind } = objectOf(info);
  return { ...parseApiVersion(String(apiVersion ?? '')), kind: String(kind ?? '') };
}

export function objectOf(info: Info): JsonObject {
  if (info.object === undefined) throw new Error(`no object is known for ${JSON.stringify(info.name)}`);
  return info.object;
}

/** What an answer of the server says of it now. */
export function refresh(info: Info, object: JsonObject): void {
  info.object = object;
  info.name = metaText(object, 'name');
  info.namespace = metaText(object, 'namespace');
  info.resourceVersion = metaText(object, 'resourceVersion');
}

/** `deployments/web`; the name alone where the server may not be asked. */
export function objectName({ mapping, name }: Info): string {
  return mapping === undefined ? name : `${mapping.resource}/${name}`;
}

/** What it is and where, as messages say it at length. */
export function infoText({ mapping, namespace, name }: Info): string {
  const place = `Name: ${quote(name)}, Namespace: ${quote(namespace)}`;
  if (mapping === undefined) return place;
  const { group, version, resource, kind } = mapping;
  const kindText = quote(`${group}/${version}, Kind=${kind}`);
  return `Resource: ${quote(`${group}/${version}, Resource=${resource}`)}, GroupVersionKind: ${kindText}\n${place}`;
}

export function isNamespaced(info: Info): boolean {
  return info.mapping === undefined ? info.namespace !== '' : info.mapping.namespaced;
}

/** A text of an object's metadata; empty when it isn't there. */
export function metaText(object: JsonObject, field: string): string {
  const metadata = object['metadata'];
  const value = isObject(metadata) ? own(metadata, field) : undefined;
  return typeof value === 'string' ? value : '';
}

/** A map of texts in an object's metadata; empty when it isn't there. */
export function metaMap(object: JsonObject, field: string): { readonly [key: string]: string } {
  const metadata = object['metadata'];
  const value = isObject(metadata) ? own(metadata, field) : undefined;
  if (!isObject(value)) return {};
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}

/** A copy with one field of its metadata set, or removed when the value is undefined. */
export function withMeta(object: JsonObject, field: string, value: JsonObject[string]): JsonObject {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  if (value === undefined) {
    const { [field]: _, ...rest } = metadata;
    return { ...object, metadata: rest };
  }
  return { ...object, metadata: { ...metadata, [field]: value } };
}

export function isList(object: JsonObject): boolean {
  return Array.isArray(object['items']);
}
