// kubectl get: shows objects, as a table or in any other form, once or as they change.

import { isArray, isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { JsonPathError } from '../../../sandbox/kube/jsonpath.ts';
import { groupKind } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import type { Mapping } from '../discovery/mapping.ts';
import { aggregate, asError, SeveralErrors, usageError, withoutErrors } from '../errors.ts';
import { CUSTOM_COLUMNS, columnsPrinter } from '../printers/customcolumns.ts';
import { COMMON_FORMATS, objectPrinter, type PrinterOptions, printerOptions } from '../printers/formats.ts';
import type { ObjectPrinter } from '../printers/printer.ts';
import { sortInfos, sortItems } from '../printers/sort.ts';
import { createTablePrinter, type TablePrinter } from '../printers/table.ts';
import type { FileOptions } from '../resource/files.ts';
import { type Info, isList, isNamespaced } from '../resource/info.ts';
import type { RequestForm } from '../resource/requests.ts';
import type { Selection } from '../resource/selection.ts';
import { isNotFound } from '../rest/status.ts';
import { createTabWriter, TABLE } from '../text/tabwriter.ts';
import { fileOptions } from './shared/files.ts';
import { printRaw } from './shared/raw.ts';
import { type Show, watchAndShow } from './shared/watch.ts';

export interface GetOptions {
  readonly namespace: string;
  readonly explicitNamespace: boolean;
  readonly allNamespaces: boolean;
  readonly args: readonly string[];
  readonly files: FileOptions;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly subresource: string;
  readonly chunkSize: number;
  readonly sortBy: string;
  readonly ignoreNotFound: boolean;
  readonly noHeaders: boolean;
  readonly raw: string;
  readonly watch: boolean;
  readonly watchOnly: boolean;
  readonly watchEvents: boolean;
  readonly print: PrinterOptions;
  /** A table is wanted. */
  readonly humanReadable: boolean;
  /** The server makes the table. */
  readonly serverPrint: boolean;
  readonly table: {
    readonly showKind: boolean;
    readonly showLabels: boolean;
    readonly columnLabels: readonly string[];
  };
}

const FORMATS = [...COMMON_FORMATS, ...CUSTOM_COLUMNS, 'wide'];

const ACCEPT_TABLE = [
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
  'application/json',
].join(',');

export const get = command<GetOptions>({
  path: 'get',
  long: `
Show one or many resources: a table with what matters most about each, or the objects themselves with -o.

Objects of one namespace are shown, unless --all-namespaces asks for all of them. Some kinds, such as nodes, belong to no namespace.

With --watch the command stays and shows each object again when it changes.`,
  examples: `
# The pods of the namespace
kubectl get pods

# With more columns
kubectl get pods -o wide

# One deployment, as it is stored
kubectl get deployment web -o yaml

# Several kinds at once
kubectl get deployments,services

# Several objects by kind and name
kubectl get deployment/web service/web pod/web-6d4cf56db6-abcde

# Those with a label, in all namespaces
kubectl get pods -A -l app=web

# What a file names
kubectl get -f web.yaml

# One field of one object
kubectl get pod web -o jsonpath='{.status.podIP}'

# The oldest first
kubectl get pods --sort-by=.metadata.creationTimestamp

# Each change as it happens
kubectl get pods --watch`,
  complete,
  validate,
  run,
});

function* complete(call: Call): Blocking<GetOptions> {
  const { flags, args } = call;
  const raw = flags.string('raw');
  if (raw !== '' && args.length > 0) {
    throw new Error('arguments may not be passed when --raw is specified');
  }
  const { namespace, explicit } = raw === '' ? yield* call.namespace() : { namespace: '', explicit: false };
  const allNamespaces = flags.bool('all-namespaces');
  const print = printerOptions(call, { formats: FORMATS });
  const given = flags.string('output');
  const structured = given.includes('custom-columns') || given === 'yaml' || given.includes('json');
  const options = {
    namespace,
    explicitNamespace: explicit && !allNamespaces,
    allNamespaces,
    args,
    files: fileOptions(call),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    subresource: flags.string('subresource'),
    chunkSize: flags.number('chunk-size'),
    sortBy: flags.string('sort-by'),
    ignoreNotFound: flags.bool('ignore-not-found'),
    noHeaders: flags.bool('no-headers'),
    raw,
    watch: flags.bool('watch'),
    watchOnly: flags.bool('watch-only'),
    watchEvents: flags.bool('output-watch-events'),
    print,
    humanReadable: (given === '' && print.template === '') || given === 'wide',
    serverPrint: flags.bool('server-print') && !structured,
    table: {
      showKind: flags.bool('show-kind'),
      showLabels: flags.bool('show-labels'),
      columnLabels: flags.strings('label-columns'),
    },
  };
  if (raw === '') yield* confirmSubject(call, options);
  return options;
}

/** Says what is odd about sorting a watch, and fails when nothing is asked for. */
function* confirmSubject(call: Call, { watch, watchOnly, sortBy, args, files }: GetOptions): Blocking<void> {
  if (watch || watchOnly) {
    if (sortBy === '') return;
    yield* call.err(
      watch
        ? 'warning: --watch requested, --sort-by will be ignored for watch events received\n'
        : 'warning: --watch-only requested, --sort-by will be ignored\n',
    );
    return;
  }
  if (args.length > 0 || files.filenames.length > 0 || files.kustomize !== '') return;
  yield* call.err(
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
  );
  throw usageError(
    'kubectl get',
    'error: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that ' +
      'resource (e.g. kubectl explain pods).',
  );
}

function validate(options: GetOptions): void {
  const { raw, watch, watchOnly, labelSelector, print, table, watchEvents } = options;
  if (raw !== '') {
    if (watch || watchOnly || labelSelector !== '') {
      throw new Error('--raw may not be specified with other flags that filter the server request or alter the output');
    }
    if (print.output !== '') throw new Error('--raw and --output are mutually exclusive');
    if (!raw.startsWith('/')) {
      throw new Error(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
    }
  }
  if (table.showLabels && print.output !== '' && print.output !== 'wide') {
    throw new Error(`--show-labels option cannot be used with ${print.output} printer`);
  }
  if (watchEvents && !watch && !watchOnly) {
    throw new Error('--output-watch-events option can only be used with --watch or --watch-only');
  }
}

function* run(options: GetOptions, call: Call): Blocking<void> {
  if (options.raw !== '') yield* printRaw(call, options.raw);
  else if (options.watch || options.watchOnly) yield* watch(call, options);
  else if (options.humanReadable) yield* printTables(call, options);
  else yield* printObjects(call, options);
}

function selectionOf(options: GetOptions): Selection {
  const { namespace, allNamespaces, explicitNamespace, sortBy } = options;
  return {
    namespace: allNamespaces ? '' : namespace,
    allNamespaces,
    enforceNamespace: explicitNamespace,
    files: options.files,
    args: options.args,
    allOfType: true,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    subresource: options.subresource,
    chunkSize: sortBy === '' ? options.chunkSize : 0,
    latest: true,
    form: requestForm(options),
  };
}

function requestForm({ serverPrint, humanReadable, sortBy }: GetOptions): RequestForm {
  if (!serverPrint || !humanReadable) return {};
  return { accept: ACCEPT_TABLE, ...(sortBy === '' ? {} : { query: [['includeObject', 'Object']] }) };
}

function* watch(call: Call, options: GetOptions): Blocking<void> {
  const settings = {
    selection: { ...selectionOf(options), chunkSize: options.chunkSize },
    form: requestForm(options),
    ignoreNotFound: options.ignoreNotFound,
    changesOnly: options.watchOnly,
    withEvents: options.watchEvents,
  };
  yield* watchAndShow(call, settings, (info) => showFor(call, options, info));
}

function* showFor(call: Call, options: GetOptions, info: Info): Blocking<Show> {
  if (!options.humanReadable) {
    const printer = yield* printerFor(call, options);
    return (object, event) => call.out(printer.print(object, event));
  }
  const writer = createTabWriter(TABLE);
  const printer = tablePrinterFor(call, options, info.mapping, options.allNamespaces, false);
  return function* (object, event) {
    printer.print(object, writer, event);
    const text = writer.flush();
    if (text !== '') yield* call.out(text);
  };
}

function* printTables(call: Call, options: GetOptions): Blocking<void> {
  const { infos, errors } = yield* gather(call, options);
  const sorted = options.sortBy === '' ? infos : sortInfos(infos, options.sortBy);
  const text = tablesText(call, options, sorted);
  if (text !== '') yield* call.out(text);
  if (text === '' && !options.ignoreNotFound && errors.length === 0) yield* sayNothingFound(call, options, infos);
  const error = aggregate(errors);
  if (error !== undefined) throw error;
}

/** All that could be found, and what went wrong with the rest. */
function* gather(
  call: Call,
  options: GetOptions,
): Blocking<{ readonly infos: readonly Info[]; readonly errors: readonly Error[]; readonly singleItem: boolean }> {
  const selected = yield* call.select({ ...selectionOf(options), flatten: true, continueOnError: true });
  const infos: Info[] = [];
  try {
    yield* selected.visit(function* (info) {
      infos.push(info);
    });
  } catch (error) {
    const left = options.ignoreNotFound ? withoutErrors(asError(error), isNotFound) : asError(error);
    return { infos, errors: left === undefined ? [] : [left], singleItem: selected.singleItem };
  }
  return { infos, errors: [], singleItem: selected.singleItem };
}

/** One table after the other; kinds that differ are set apart by an empty line. */
function tablesText(call: Call, options: GetOptions, infos: readonly Info[]): string {
  const writer = createTabWriter(TABLE);
  const withKind = severalKinds(infos);
  let text = '';
  let ready = false;
  let last: Mapping | undefined;
  let printer: TablePrinter | undefined;
  const flush = (): void => {
    const more = writer.flush();
    if (more === '') return;
    text += ready ? `\n${more}` : more;
    ready = false;
  };
  for (const { mapping, object } of infos) {
    if (printer === undefined || last === undefined || mapping === undefined || !sameCollection(mapping, last)) {
      flush();
      writer.forgetWidths();
      if (last !== undefined && !options.noHeaders && text !== '') ready = true;
      const withNamespace = options.allNamespaces && mapping?.namespaced !== false;
      printer = tablePrinterFor(call, options, mapping, withNamespace, withKind);
      last = mapping;
    }
    if (object !== undefined) printer.print(object, writer);
  }
  flush();
  return text;
}

function sameCollection(a: Mapping, b: Mapping): boolean {
  return a.group === b.group && a.version === b.version && a.resource === b.resource;
}

function severalKinds(infos: readonly Info[]): boolean {
  const kinds = new Set(infos.map(({ mapping }) => `${mapping?.group}/${mapping?.version}/${mapping?.kind}`));
  return kinds.size > 1;
}

function tablePrinterFor(
  call: Call,
  options: GetOptions,
  mapping: Mapping | undefined,
  withNamespace: boolean,
  withKind: boolean,
): TablePrinter {
  const { showKind, showLabels, columnLabels } = options.table;
  const kind = mapping === undefined || !(showKind || withKind) ? '' : groupKind(mapping).toLowerCase();
  return createTablePrinter(
    {
      noHeaders: options.noHeaders,
      wide: options.print.output === 'wide',
      withNamespace,
      kind,
      columnLabels,
      showLabels,
    },
    () => call.sys.now(),
  );
}

function* sayNothingFound(call: Call, options: GetOptions, infos: readonly Info[]): Blocking<void> {
  const inNamespace = !options.allNamespaces && infos.every(isNamespaced);
  yield* call.err(inNamespace ? `No resources found in ${options.namespace} namespace.\n` : 'No resources found\n');
}

function* printObjects(call: Call, options: GetOptions): Blocking<void> {
  const { infos, errors, singleItem } = yield* gather(call, options);
  if (singleItem && errors.length > 0) throw aggregate(errors) ?? new Error('nothing was found');
  const unsorted: Error[] = [];
  if (infos.length > 0 || !options.ignoreNotFound) {
    const printer = yield* printerFor(call, options);
    const [only] = infos;
    const object = singleItem && infos.length === 1 && only?.object !== undefined ? only.object : listOf(infos);
    const shown = isList(object) && singleItem ? { ...listOf([]), items: object['items'] ?? [] } : object;
    try {
      yield* call.out(printer.print(sortedList(shown, options.sortBy)));
    } catch (error) {
      if (errors.length === 0 || !(error instanceof JsonPathError)) throw error;
      unsorted.push(error);
    }
  }
  const error = aggregate(
    [...errors, ...unsorted].flatMap((each) => (each instanceof SeveralErrors ? each.errors : [each])),
  );
  if (error !== undefined) throw error;
}

function listOf(infos: readonly Info[]): JsonObject {
  const items = infos.flatMap(({ object }) => (object === undefined ? [] : [object]));
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}

function sortedList(list: JsonObject, sortBy: string): JsonObject {
  const { items } = list;
  return sortBy === '' || !isArray(items) ? list : { ...list, items: sortItems(items.filter(isObject), sortBy) };
}

/** The printer for objects; columns of one's own are a form that only get has. */
function* printerFor(call: Call, options: GetOptions): Blocking<ObjectPrinter> {
  const columns = yield* columnsPrinter(call, options.print, options.noHeaders);
  return columns ?? (yield* objectPrinter(call, options.print));
}
