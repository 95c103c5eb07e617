// Watching for people: what is there first, then every change, printed as it comes.

import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { isTable } from '../../printers/table.ts';
import { type Info, isList } from '../../resource/info.ts';
import { nameSelector, type RequestForm, watchRequest } from '../../resource/requests.ts';
import type { Selected, Selection, Watchable } from '../../resource/selection.ts';
import { itemsOf } from '../../resource/sources.ts';
import { isNotFound } from '../../rest/status.ts';
import { watchEvents } from '../../rest/watch.ts';

/** Puts out an object, or what happened to it. */
export type Show = (object: JsonObject, event: string | undefined) => Blocking<void>;

export interface WatchOptions {
  readonly selection: Selection;
  readonly form: RequestForm;
  readonly ignoreNotFound: boolean;
  /** What is there already is not shown. */
  readonly changesOnly: boolean;
  /** Says what happened to each object. */
  readonly withEvents: boolean;
}

export function* watchAndShow(
  call: Call,
  options: WatchOptions,
  showFor: (info: Info) => Blocking<Show>,
): Blocking<void> {
  const selected = yield* call.select({ ...options.selection, singleType: true });
  const infos = yield* infosOf(selected, options);
  const [info] = infos;
  if (info?.object === undefined) return;
  const show = yield* showFor(info);
  const single = selected.singleItem && infos.length === 1;
  const isCollection = !single || isList(info.object);
  const first = isCollection ? collected(infos) : [info.object];
  for (const object of first) yield* showFirst(object, options, show);
  const target = watchTarget(selected, infos);
  const version = isCollection ? versionOf(infos) : '0';
  // The watch of a single object begins with the object itself, which has been shown.
  yield* watchFrom(call, options, target, version, show, !isCollection);
}

function* infosOf(selected: Selected, { ignoreNotFound }: WatchOptions): Blocking<readonly Info[]> {
  try {
    return yield* selected.infos();
  } catch (error) {
    if (ignoreNotFound && isNotFound(error)) return [];
    throw error;
  }
}

/** The objects of all that was found; a table counts as one. */
function collected(infos: readonly Info[]): readonly JsonObject[] {
  return infos.flatMap(({ object }) => {
    if (object === undefined) return [];
    return isList(object) ? itemsOf(object) : [object];
  });
}

/** Of a table that is not to be shown, its columns are still needed. */
function* showFirst(object: JsonObject, { changesOnly, withEvents }: WatchOptions, show: Show): Blocking<void> {
  const event = withEvents ? 'ADDED' : undefined;
  if (!changesOnly) yield* show(object, event);
  else if (isTable(object)) yield* show({ ...object, rows: [] }, event);
}

function versionOf(infos: readonly Info[]): string {
  const versions = new Set(infos.map(({ resourceVersion }) => resourceVersion));
  return versions.size === 1 ? ([...versions][0] ?? '') : '';
}

function watchTarget(selected: Selected, infos: readonly Info[]): Watchable {
  if (selected.sources !== 1) {
    throw new Error('you may only watch a single resource or type of resource at a time');
  }
  const target = selected.watchable?.[0];
  if (target !== undefined) return target;
  const [info] = infos;
  if (info?.mapping === undefined || infos.length !== 1) {
    throw new Error(
      `watch is only supported on individual resources and resource collections - ${infos.length} resources were found`,
    );
  }
  return { mapping: info.mapping, namespace: info.namespace, name: info.name };
}

function* watchFrom(
  call: Call,
  options: WatchOptions,
  { mapping, namespace, name }: Watchable,
  resourceVersion: string,
  show: Show,
  firstIsKnown: boolean,
): Blocking<void> {
  const { labelSelector = '', fieldSelector = '' } = options.selection;
  const selectors =
    name === '' ? { labelSelector, fieldSelector } : { labelSelector: '', fieldSelector: nameSelector(name) };
  const request = watchRequest(mapping, namespace, { ...selectors, resourceVersion, limit: 0 }, options.form);
  let hidden = firstIsKnown;
  yield* watchEvents(call.sys, yield* call.client(), request, function* ({ type, object }) {
    if (!hidden) yield* show(object, options.withEvents ? type : undefined);
    else if (isTable(object)) yield* show({ ...object, rows: [] }, undefined);
    hidden = false;
    return type === 'ERROR';
  });
}
