// What can be asked of the API, in structured form. Actors in the cluster build these directly; for clients outside, the
// API server's HTTP door decodes them from requests. Either way they pass the same pipeline.

import type { Origin } from './cause.ts';
import type { JsonValue } from './json.ts';
import type { KubeList, KubeObject } from './meta.ts';
import type { V1Status } from './status.ts';

/** authentication.k8s.io UserInfo: who asks. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Who a service account is. */
export function serviceAccountUser(namespace: string, name: string): UserInfo {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** Who asks, and what is kept of it with what is written. */
export interface Caller {
  readonly user: UserInfo;
  readonly origin: Origin;
  /** Up to the first `/` it names the field manager, unless the options do. */
  readonly userAgent: string;
  /** Where the request came from, for audit and for webhooks. */
  readonly sourceIp?: string;
  /** Annotations of the request's audit event, where one is kept. The first that says something is heard. */
  readonly notes?: Map<string, string>;
}

/** Says something about a request to whoever audits it. */
export function annotate({ notes }: Pick<Caller, 'notes'>, key: string, text: string): void {
  if (notes !== undefined && !notes.has(key)) notes.set(key, text);
}

/** Which object or collection. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent for cluster-scoped resources, and for lists over all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** What to do about unknown and duplicate fields; only bodies from outside have them. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** Server-side apply: take fields over from their owners. */
  readonly force?: boolean;
}

export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly limit?: number;
  readonly continue?: string;
  /** Of metrics APIs: the series whose labels match. */
  readonly metricLabelSelector?: string;
}

export interface WatchOptions extends ListOptions {
  readonly timeoutSeconds?: number;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
}

export interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export type Operation =
  | { readonly verb: 'get'; readonly target: Target; readonly options?: { readonly resourceVersion?: string } }
  | { readonly verb: 'list'; readonly target: Target; readonly options?: ListOptions }
  | { readonly verb: 'create'; readonly target: Target; readonly object: KubeObject; readonly options?: WriteOptions }
  | { readonly verb: 'update'; readonly target: Target; readonly object: KubeObject; readonly options?: WriteOptions }
  | {
      readonly verb: 'patch';
      readonly target: Target;
      readonly type: PatchType;
      readonly body: JsonValue;
      /** What strict field validation found in the text of the patch: `duplicate field "spec.x"`. */
      readonly strict?: readonly string[];
      readonly options?: WriteOptions;
    }
  | { readonly verb: 'delete'; readonly target: Target; readonly options?: DeleteOptions }
  | {
      readonly verb: 'deletecollection';
      readonly target: Target;
      readonly options?: DeleteOptions;
      readonly list?: ListOptions;
    };

/** What came of it, when it went well; a failure is thrown as a `StatusError`. */
export interface Answer<T = KubeObject | KubeList | V1Status> {
  /** 200, 201 or 202. */
  readonly code: number;
  readonly object: T;
  /** Texts of Warning headers, without code and agent. */
  readonly warnings: readonly string[];
}

/** One event of a watch, before it is encoded. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
  /** The store's revision of the change; the cause that an actor acts on. */
  readonly revision: number;
  /** What was there before, for whoever has to judge both. */
  readonly previous?: KubeObject;
}
