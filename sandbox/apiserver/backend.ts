// What every verb needs: the store, the registry, admission, who may, and the bookkeeping of names and fields. One of
// these stands behind each API server; it is wired anew over each copy of the state.

import type { KubeObject } from '../kube/meta.ts';
import type { Caller, Target, WriteOptions } from '../kube/operation.ts';
import type { Outgoing } from '../kube/outgoing.ts';
import type { ResourceType } from '../kube/resource.ts';
import type { ReplicasPaths } from '../kube/scalefields.ts';
import type { KindType } from '../kube/structure.ts';
import type { Store } from '../store/store.ts';
import { draws, nameSuffix, uuid } from '../time/chance.ts';
import type { Loop } from '../time/loop.ts';
import { rfc3339 } from '../time/units.ts';
import type { AdmissionChain } from './admission/chain.ts';
import type { HistoryState } from './history.ts';
import type { KindContext, Strategy, Subresource } from './kind.ts';
import { type Registry, type Served, storeKey, tableOf } from './registry.ts';

/** Counters of names and uids; plain data. */
export interface NamesState {
  /** How many names were generated from each prefix: `pods/default/web-`. */
  readonly generated: Map<string, number>;
  /** How many uids were given at this moment under each name. */
  moment: number;
  readonly uids: Map<string, number>;
}

export function newNamesState(): NamesState {
  return { generated: new Map(), moment: 0, uids: new Map() };
}

/** Keeps track of who set which field (`managedFields`) across writes. */
export interface FieldManagers {
  /** The object with its managed fields brought up to date after an ordinary write. */
  written(live: KubeObject | undefined, next: KubeObject, write: FieldWrite): KubeObject;
  /** Server-side apply: the merged object. Throws Conflict, or what is wrong with the applied object. */
  applied(live: KubeObject | undefined, configuration: KubeObject, write: FieldWrite, force: boolean): KubeObject;
  /** The scale of an object with the owners of its replicas. */
  scaled(scale: KubeObject, object: KubeObject, paths: ReplicasPaths): KubeObject;
  /** An object with the owners that its scale has after a write. `version` is that of the object. */
  rescaled(object: KubeObject, scale: KubeObject, version: string, paths: ReplicasPaths): KubeObject;
}

export interface FieldWrite {
  readonly served: Served;
  readonly subresource: string;
  readonly manager: string;
  /** RFC 3339. */
  readonly time: string;
  readonly resetFields: readonly string[];
  /** The kind that is written, where it is a view of the object: a scale. */
  readonly as?: KindType;
}

export interface Backend {
  readonly loop: Loop;
  readonly store: Store;
  readonly registry: Registry;
  readonly admission: AdmissionChain;
  readonly fields: FieldManagers;
  readonly seed: number;
  /** How webhooks are reached that convert custom resources. */
  readonly outgoing: Outgoing;
  readonly names: NamesState;
  readonly history: HistoryState;
  context(caller: Caller, dryRun: boolean, warnings: string[]): KindContext;
}

/** The parts of an object's subresource that hold rules. */
export function partOf(served: Served, name: string): Subresource<KubeObject> | undefined {
  const parts = served.kind.subresources;
  return parts !== undefined && Object.hasOwn(parts, name) ? parts[name] : undefined;
}

export function keyIn(type: ResourceType, target: Target, name = target.name ?? ''): string {
  return storeKey(type, target.namespace, name);
}

export function tableFor(served: Served): string {
  return tableOf(served.kind.type);
}

/** A fresh uid; the same in every run of the same history. */
export function newUid({ seed, loop, names }: Backend, table: string, key: string): string {
  if (names.moment !== loop.now()) {
    names.moment = loop.now();
    names.uids.clear();
  }
  const id = `${table}/${key}`;
  const n = names.uids.get(id) ?? 0;
  names.uids.set(id, n + 1);
  return uuid(draws(seed, 'uid', id, String(loop.age())), n);
}

/** The longest a generated name's given part may be; the rest is cut off. */
const PREFIX_MAX = 58;

/** A name from `generateName`. Each call gives another one; nothing that happens elsewhere changes which. */
export function generateName({ seed, names }: Backend, table: string, namespace: string, prefix: string): string {
  const id = `${table}/${namespace}/${prefix}`;
  const n = names.generated.get(id) ?? 0;
  names.generated.set(id, n + 1);
  return `${prefix.slice(0, PREFIX_MAX)}${nameSuffix(draws(seed, 'name', id), n)}`;
}

/** The manager that a write is filed under: what the options say, or the first part of the user agent. */
function managerOf(caller: Caller, options: WriteOptions): string {
  if (options.fieldManager !== undefined && options.fieldManager !== '') return options.fieldManager;
  const [first = ''] = caller.userAgent.split('/');
  return first === '' ? 'unknown' : first.slice(0, 128);
}

/** Who writes what, and when, for the books of managed fields. */
export function fieldWrite(
  { loop }: Backend,
  { served, options, caller }: { readonly served: Served; readonly options: WriteOptions; readonly caller: Caller },
  subresource: string,
  { resetFields = NONE }: Strategy<KubeObject>,
): FieldWrite {
  return {
    served,
    subresource,
    manager: managerOf(caller, options),
    time: rfc3339(loop.now()),
    resetFields,
  };
}

const NONE: readonly string[] = [];
