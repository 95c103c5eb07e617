// A write as policies and webhooks are shown it: admission.k8s.io AdmissionRequest, and the objects in it.

import type { JsonObject, JsonValue } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { UserInfo, WriteOptions } from '../../kube/operation.ts';
import { apiVersion, type GroupVersionKind, type ResourceType } from '../../kube/resource.ts';
import { kindType } from '../../schema/schema.ts';
import type { Served } from '../registry.ts';
import { wireForm } from '../verbs/patched.ts';
import { fromStored } from '../versions.ts';
import type { Attributes } from './chain.ts';
import { asMade, type Matched, namespaceOf } from './matching.ts';

/** All of the request but the objects. */
export function requestOf(attributes: Attributes, { resource, kind }: Matched): JsonObject {
  const { subresource, name, object, verb, caller, dryRun } = attributes;
  const made = asMade(attributes);
  const own = name === '' ? (object?.metadata?.name ?? '') : name;
  const namespace = namespaceOf(attributes);
  return {
    kind: kindJson(kind),
    resource: resourceJson(resource),
    ...(subresource === '' ? {} : { subResource: subresource }),
    requestKind: kindJson(made.kind),
    requestResource: resourceJson(made.resource),
    ...(subresource === '' ? {} : { requestSubResource: subresource }),
    ...(own === '' ? {} : { name: own }),
    ...(namespace === '' ? {} : { namespace }),
    operation: verb,
    userInfo: userJson(caller.user),
    dryRun,
    options: optionsJson(attributes),
  };
}

function kindJson({ group, version, kind }: GroupVersionKind): JsonObject {
  return { group, version, kind };
}

function resourceJson({ group, version, resource }: Pick<ResourceType, 'group' | 'version' | 'resource'>): JsonObject {
  return { group, version, resource };
}

function userJson({ name, uid = '', groups, extra }: UserInfo): JsonObject {
  return {
    ...(name === '' ? {} : { username: name }),
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

const OPTIONS = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions', CONNECT: '' } as const;

function optionsJson({ verb, options, dryRun }: Attributes): JsonObject {
  const { dryRun: _, force: __, fieldValidation = 'Warn', ...given } = options as WriteOptions;
  return {
    kind: OPTIONS[verb],
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(given as JsonObject),
    // What nobody asked for, though it is what is done.
    ...(fieldValidation === 'Warn' ? {} : { fieldValidation }),
  };
}

/** An object in a version, with all that it has on the wire. */
export function shownIn(served: Served, object: KubeObject): JsonObject {
  const { group, version, kind } = served.type;
  // Clients within the cluster don't say what the path says already.
  const shown: KubeObject = { ...fromStored(served, object), apiVersion: apiVersion(served.type), kind };
  const type = served.custom ? undefined : kindType(group, version, kind)?.type;
  return type === undefined ? shown : wireForm(shown, type);
}

export interface ShownObjects {
  readonly object: JsonValue;
  readonly oldObject: JsonValue;
}

/** Both objects of a write, null where there is none. */
export function shownObjects({ object, old }: Attributes, { served }: Matched): ShownObjects {
  return {
    object: object === undefined ? null : shownIn(served, object),
    oldObject: old === undefined ? null : shownIn(served, old),
  };
}
