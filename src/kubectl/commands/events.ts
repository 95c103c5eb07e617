// kubectl events: what has happened, the latest last.

import { sortUnstably } from '../../../sandbox/kube/go/unstablesort.ts';
import { apiVersion } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { CoreEvents } from '../../../sandbox/schema/generated/resources.ts';
import type { CoreV1Event } from '../../../sandbox/schema/generated/types.ts';
import { parseTime } from '../../../sandbox/time/units.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { eventAge } from '../describe/describer.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import { escaped } from '../printers/table.ts';
import { fullySpecified, partial } from '../resource/lookup.ts';
import { watchRequest } from '../resource/requests.ts';
import { canonicalObject, identified, LIST_FORM, listTyped, typeOf } from '../resource/typed.ts';
import { watchEvents } from '../rest/watch.ts';
import { createTabWriter, TABLE } from '../text/tabwriter.ts';

interface EventsOptions {
  readonly namespace: string;
  readonly fieldSelector: string;
  readonly types: readonly string[];
}

const CHUNK = 500;

export const events = command<EventsOptions>({
  path: 'events',
  long: `
Show events, the latest last.

Those of one object with --for, of certain types with --types, of all namespaces with --all-namespaces; with --watch also those to come.`,
  examples: `
# Of the namespace
kubectl events

# Of all namespaces
kubectl events --all-namespaces

# About one pod, and what comes after
kubectl events --for pod/web --watch

# Warnings, as YAML
kubectl events --types=Warning -oyaml`,
  *complete(call) {
    const { namespace } = yield* call.namespace();
    const about = call.flags.string('for');
    const fieldSelector = about === '' ? '' : yield* selectorFor(call, about);
    yield* call.restConfig();
    if (call.flags.string('output') !== '') yield* objectPrinter(call, printerOptions(call));
    return { namespace, fieldSelector, types: call.flags.strings('types').map((type) => type.toLowerCase()) };
  },
  validate({ types }) {
    if (types.some((type) => type !== 'normal' && type !== 'warning')) {
      throw new Error('valid --types are Normal or Warning');
    }
  },
  *run(options, call) {
    if (call.flags.bool('watch')) yield* watch(options, call);
    else yield* list(options, call);
  },
});

/** Of the object that `pod/web` names. */
function* selectorFor(call: Call, text: string): Blocking<string> {
  const [resource = '', name = '', ...more] = text.split('/');
  if (!text.includes('/')) throw new Error('--for must be in resource/name form');
  if (more.length > 0) throw new Error('arguments in resource/name form may not have more than one slash');
  const mapper = yield* call.mapper();
  const typed = resource.toLowerCase();
  const full = fullySpecified(typed);
  let kind: { group: string; version: string; kind: string } | undefined;
  if (full !== undefined) {
    try {
      kind = yield* mapper.kindFor(full);
    } catch {
      // What looks like a version may belong to the group.
    }
  }
  kind ??= yield* mapper.kindFor(partial(typed));
  if (name === '') return '';
  return [
    `involvedObject.kind=${kind.kind}`,
    `involvedObject.apiVersion=${apiVersion(kind)}`,
    `involvedObject.name=${name}`,
  ].join(',');
}

function placeOf({ flags }: Call, { namespace }: EventsOptions): string {
  return flags.bool('all-namespaces') ? '' : namespace;
}

function isWanted({ types }: EventsOptions, { type = '' }: CoreV1Event): boolean {
  return types.length === 0 || types.includes(type.toLowerCase());
}

function* list(options: EventsOptions, call: Call): Blocking<void> {
  const place = placeOf(call, options);
  const selectors = { fieldSelector: options.fieldSelector, chunkSize: CHUNK };
  const found = yield* listTyped(yield* call.client(), CoreEvents, place, selectors);
  const wanted = found.filter((event) => isWanted(options, event));
  if (wanted.length === 0) {
    yield* call.err(place === '' ? 'No events found.\n' : `No events found in ${options.namespace} namespace.\n`);
    return;
  }
  const sorted = sortUnstably(wanted, (a, b) => timeOf(a) < timeOf(b));
  if (call.flags.string('output') === '') {
    yield* call.out(rows(call, sorted, true));
    return;
  }
  // A list can't be printed as names, and nobody is told.
  if (call.flags.string('output') === 'name') return;
  const items = sorted.map((event) => canonicalObject(event, CoreEvents));
  const printer = yield* printerOf(call);
  yield* call.out(printer.print({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items }));
}

function* printerOf(call: Call): ReturnType<typeof objectPrinter> {
  const kind = typeOf(CoreEvents);
  return yield* objectPrinter(call, printerOptions(call, kind === undefined ? {} : { type: kind }));
}

/** When it was seen last. */
function timeOf({ series, lastTimestamp, eventTime }: CoreV1Event): number {
  const text = series?.lastObservedTime ?? lastTimestamp ?? eventTime;
  return text === undefined || text === null ? 0 : (parseTime(text) ?? 0);
}

function rows({ flags, sys }: Call, found: readonly CoreV1Event[], first: boolean): string {
  const everywhere = flags.bool('all-namespaces');
  const writer = createTabWriter(TABLE);
  if (first && !flags.bool('no-headers')) {
    writer.write(`${everywhere ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`);
  }
  for (const event of found) {
    const { involvedObject: { kind = '', name = '' } = {}, type = '', reason = '', message = '', metadata } = event;
    const cells = [eventAge(event, sys.now()), type, reason, `${kind}/${name}`, message.trim()].map(escaped);
    writer.write(`${[...(everywhere ? [metadata?.namespace ?? ''] : []), ...cells].join('\t')}\n`);
  }
  return writer.flush();
}

function* watch(options: EventsOptions, call: Call): Blocking<void> {
  const selectors = { labelSelector: '', fieldSelector: options.fieldSelector, limit: 0 };
  const request = watchRequest(CoreEvents, placeOf(call, options), selectors, {
    ...LIST_FORM,
    query: [['limit', String(CHUNK)]],
  });
  let first = true;
  const printer = call.flags.string('output') === '' ? undefined : yield* printerOf(call);
  yield* watchEvents(call.sys, yield* call.client(), request, function* ({ type, object }) {
    // The server sends events of the kind that was asked for.
    const event = object as CoreV1Event;
    if (type === 'DELETED' || type === 'ERROR' || type === 'BOOKMARK' || !isWanted(options, event)) return false;
    yield* call.out(printer === undefined ? rows(call, [event], first) : printer.print(identified(event, CoreEvents)));
    first = false;
    return false;
  });
}
