// Event: what somebody wants to have noticed. Stored as the core group's kind, and served as events.k8s.io's too, which
// asks for more.

import { invalid, required, shownAsJson } from '../../kube/fielderrors.ts';
import { byteLength } from '../../kube/go/text.ts';
import { sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule, qualifiedName } from '../../kube/names.ts';
import { CoreEvents } from '../../schema/generated/resources.ts';
import type { CoreV1Event, EventsV1Event } from '../../schema/generated/types.ts';
import { defineKind, type KindContext } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, IMMUTABLE, problemsOf } from './shared/checks.ts';
import { age, integer, text, wide } from './shared/columns.ts';
import { internalValue, shownInternally } from './shared/internal.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const OLD_VERSION = 'v1';
const TEXT_MAX = 128;
const NOTE_MAX = 1024;

const REFERENCE = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** What the newer form calls the fields that one can select by. */
const NEW_LABELS: ReadonlyMap<string, string> = new Map([
  ['reason', 'reason'],
  ...REFERENCE.map((field) => [`regarding.${field}`, `involvedObject.${field}`] as const),
  ['reportingController', 'reportingComponent'],
  ['type', 'type'],
]);

export const events = defineKind<CoreV1Event>({
  type: CoreEvents,
  strategy: { validate: createErrors, validateUpdate: updateErrors, createsOnUpdate: true },
  served: [
    {
      group: 'events.k8s.io',
      version: 'v1',
      fromStored: newForm,
      toStored: (event) => oldForm(event as EventsV1Event),
      fieldLabels: NEW_LABELS,
    },
  ],
  hasNoDependents: true,
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject?.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject?.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject?.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject?.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject?.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => componentOf(source?.component, reportingComponent),
    type: ({ type }) => type ?? '',
  },
  columns: [
    text('Last Seen', lastSeen),
    text('Type', ({ type }) => type ?? ''),
    text('Reason', ({ reason }) => reason ?? ''),
    text('Object', objectCell),
    wide('Subobject', ({ involvedObject }) => involvedObject?.fieldPath ?? ''),
    wide('Source', sourceCell),
    text('Message', ({ message }) => (message ?? '').trim()),
    wide('First Seen', firstSeen),
    { ...integer('Count', countOf), type: 'string', priority: 1 },
    { name: 'Name', type: 'string', format: 'name', priority: 1, cell: ({ metadata }) => metadata?.name ?? '' },
  ],
});

function componentOf(component = '', reporter = ''): string {
  return component === '' ? reporter : component;
}

function sourceCell({ source, reportingComponent, reportingInstance }: CoreV1Event): string {
  const component = componentOf(source?.component, reportingComponent);
  const instance = componentOf(source?.host, reportingInstance);
  return instance === '' ? component : `${component}, ${instance}`;
}

function objectCell({ involvedObject: { kind = '', name = '' } = {} }: CoreV1Event): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function firstSeen({ firstTimestamp, eventTime }: CoreV1Event, now: Parameters<typeof age>[1]): string {
  return age(firstTimestamp ?? eventTime, now);
}

function lastSeen(event: CoreV1Event, now: Parameters<typeof age>[1]): string {
  const { lastTimestamp, series } = event;
  if (series !== undefined) return age(series.lastObservedTime, now);
  return (lastTimestamp ?? null) === null ? firstSeen(event, now) : age(lastTimestamp, now);
}

function countOf({ count = 0, series }: CoreV1Event): number {
  if (series !== undefined) return series.count ?? 0;
  return count === 0 ? 1 : count;
}

/** Fields that the two forms call differently: here as they are stored, there as the newer form has them. */
const RENAMED = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
] as const;

function newForm(event: CoreV1Event): EventsV1Event {
  const names = new Map<string, string>(RENAMED);
  const entries = Object.entries(event).map(([key, value]) => [names.get(key) ?? key, value] as const);
  return Object.fromEntries(entries) as EventsV1Event;
}

function oldForm(event: EventsV1Event): CoreV1Event {
  const names = new Map<string, string>(RENAMED.map(([old, young]) => [young, old]));
  const entries = Object.entries(event).map(([key, value]) => [names.get(key) ?? key, value] as const);
  return Object.fromEntries(entries) as CoreV1Event;
}

function isUnset(time: string | null | undefined): boolean {
  return (time ?? null) === null;
}

function* createErrors(event: CoreV1Event, { apiVersion = OLD_VERSION }: KindContext): Errors {
  yield* sharedErrors(event, apiVersion);
  if (apiVersion === OLD_VERSION) return;
  yield* metaErrors(event, NAMED);
  yield* seriesErrors(event);
  const { type = '', source = {} } = event;
  if (isUnset(event.eventTime)) yield required('eventTime');
  if (type !== 'Normal' && type !== 'Warning') yield invalid('type', '', `has invalid value: ${type}`);
  const unset = 'needs to be unset';
  if (!isUnset(event.firstTimestamp)) yield invalid('firstTimestamp', '', unset);
  if (!isUnset(event.lastTimestamp)) yield invalid('lastTimestamp', '', unset);
  if ((event.count ?? 0) !== 0) yield invalid('count', '', unset);
  if ((source.component ?? '') !== '' || (source.host ?? '') !== '') yield invalid('source', '', unset);
}

function* seriesErrors({ series }: CoreV1Event): Errors {
  if (series === undefined) return;
  if ((series.count ?? 0) < 2) yield invalid('series.count', '', 'should be at least 2');
  if (isUnset(series.lastObservedTime)) yield required('series.lastObservedTime');
}

/** What both forms ask for. An event with an exact time is one of the newer sort. */
function* sharedErrors(event: CoreV1Event, apiVersion: string): Errors {
  const { namespace = '' } = event.metadata ?? {};
  const { namespace: about = '' } = event.involvedObject ?? {};
  const elsewhere = invalid('involvedObject.namespace', about, 'does not match event.namespace');
  if (isUnset(event.eventTime)) {
    const matches = about === '' ? namespace === '' || namespace === 'default' : namespace === about;
    if (!matches) yield elsewhere;
  } else {
    if (about === '' && namespace !== 'default' && namespace !== 'kube-system') yield elsewhere;
    yield* reporterErrors(event, apiVersion);
  }
  yield* problemsOf('namespace', namespace, dns1123Subdomain(namespace));
}

function* reporterErrors(event: CoreV1Event, apiVersion: string): Errors {
  const { reportingComponent: reporter = '', message = '' } = event;
  const field = apiVersion === OLD_VERSION ? 'reportingComponent' : 'reportingController';
  if (reporter === '') yield required(field);
  yield* problemsOf(field, reporter, qualifiedName(reporter));
  for (const name of ['reportingInstance', 'action', 'reason'] as const) {
    const value = event[name] ?? '';
    if (value === '') yield required(name);
    if (byteLength(value) > TEXT_MAX) yield invalid(name, '', `can have at most ${TEXT_MAX} characters`);
  }
  if (byteLength(message) > NOTE_MAX) yield invalid('message', '', `can have at most ${NOTE_MAX} characters`);
}

/** Fields that stay, with the type in which messages show them, in the order in which they are compared. */
const FIXED: readonly (readonly [key: keyof CoreV1Event, type: string, shown?: string])[] = [
  ['involvedObject', 'core.ObjectReference'],
  ['reason', 'string'],
  ['message', 'string'],
  ['source', 'core.EventSource'],
  ['firstTimestamp', 'time'],
  ['lastTimestamp', 'time'],
  ['count', 'int'],
  ['reason', 'string'],
  ['type', 'string'],
  ['eventTime', 'time'],
  ['action', 'string'],
  ['related', '*core.ObjectReference'],
  ['reportingComponent', 'string', 'reportingController'],
  ['reportingInstance', 'string'],
];

function* updateErrors(next: CoreV1Event, current: CoreV1Event, { apiVersion = OLD_VERSION }: KindContext): Errors {
  yield* sharedErrors(next, apiVersion);
  if (apiVersion === OLD_VERSION) return;
  yield* metaUpdateErrors(next, current);
  if (!sameJson(next.series, current.series)) yield* seriesErrors(next);
  for (const [key, type, shown = key] of FIXED) {
    const after = shownInternally(type, next[key]);
    if (sameJson(internalValue(type, next[key]), internalValue(type, current[key]))) continue;
    const value = next[key];
    yield invalid(shown, typeof value === 'string' && type === 'string' ? shownAsJson(value) : after, IMMUTABLE);
  }
}
