// kubectl delete: objects by file, name, label or all of a kind; waits until they are gone.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { groupKind, groupResource } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { timeMs } from '../../../sandbox/time/units.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError, withoutErrors, withSource } from '../errors.ts';
import { waitUntilGone } from '../resource/gone.ts';
import { type Info, isNamespaced, mappingOf, metaText } from '../resource/info.ts';
import { deleteObject } from '../resource/requests.ts';
import type { Each, Selected, Selection } from '../resource/selection.ts';
import { hasReason, isNotFound } from '../rest/status.ts';
import { readLine } from '../text/lines.ts';
import { cascadeOf, deleteOptions, LONG_MS, type Propagation } from './shared/deletion.ts';
import { fileOptions } from './shared/files.ts';
import { sendRawFile } from './shared/raw.ts';
import { type DryRun, dryRunOf } from './shared/write.ts';

export interface DeleteCommandOptions {
  readonly cascade: Propagation;
  /** Seconds; negative for the object's own. */
  readonly gracePeriod: number;
  readonly dryRun: DryRun;
  readonly ignoreNotFound: boolean;
  /** Objects without a namespace are worth a word, because the command line names one. */
  readonly warnsOfClusterScope: boolean;
  /** Undefined for a raw request. */
  readonly selected: Selected | undefined;
  /** What is going to be deleted, for people to look at first. */
  readonly preview: Selected | undefined;
}

export const deleteCommand = command<DeleteCommandOptions>({
  path: 'delete',
  long: `
Delete objects by file, by kind and name, or by kind and label.

Only one of these ways can be used at a time: files, arguments of kinds and names, or kinds with a label selector. JSON and YAML are understood.

Some objects, such as pods, can end in order. They say how long they take for it at most (their grace period), and --grace-period sets another time, --now one second. When a node can't be reached, its pods may stay until the node answers again; --force with a grace period of 0 takes them away without waiting for an answer. Be careful with it: two pods of one name may then run at once and damage what they share.

Deleting does not look at versions: what somebody else changes in the same moment is deleted with the rest.

After a custom resource definition was deleted it takes up to six hours until kubectl forgets its kinds, unless "kubectl api-resources" is used.`,
  examples: `
# What a file names
kubectl delete -f pod.yaml

# What is in a folder with a kustomization
kubectl delete -k app/

# What another program writes
cat pod.json | kubectl delete -f -

# Objects of several kinds with the same names
kubectl delete pod,service web api

# Those with a label
kubectl delete pods,services -l app=web

# At once, with next to no time to end
kubectl delete pod web --now

# From a node that is gone
kubectl delete pod web --force

# All pods of the namespace
kubectl delete pods --all`,
  complete,
  *run(options, call) {
    const raw = call.flags.string('raw');
    if (raw !== '') {
      yield* sendRawFile(call, 'DELETE', raw, fileOptions(call).filenames[0] ?? '');
      return;
    }
    const chosen = options.preview === undefined ? undefined : yield* confirmed(options, options.preview, call);
    if (options.preview !== undefined && chosen === undefined) return;
    if (options.selected !== undefined) yield* deleteAll(options, options.selected, chosen, call);
  },
});

function* complete(call: Call): Blocking<DeleteCommandOptions> {
  const { flags } = call;
  const cascade = yield* cascadeOf(call);
  const { namespace, explicit } = yield* call.namespace();
  const all = flags.bool('all');
  const allNamespaces = flags.bool('all-namespaces');
  const selective = all || flags.string('selector') !== '' || flags.string('field-selector') !== '';
  const gracePeriod = graceOf(call);
  const dryRun = yield* dryRunOf(call);
  const raw = flags.string('raw') !== '';
  const selection: Selection = {
    namespace: allNamespaces ? '' : namespace,
    allNamespaces,
    enforceNamespace: explicit && !allNamespaces,
    files: fileOptions(call),
    args: call.args,
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    selectAll: all,
    withoutObjects: true,
    continueOnError: true,
    flatten: true,
  };
  const selected = raw ? undefined : yield* call.select(selection);
  const preview = raw || !flags.bool('interactive') ? undefined : yield* call.select(selection);
  yield* confirmFlags(call, gracePeriod);
  return {
    cascade,
    gracePeriod,
    dryRun,
    ignoreNotFound: flags.changed('ignore-not-found') ? flags.bool('ignore-not-found') : selective,
    warnsOfClusterScope: explicit && !allNamespaces,
    selected,
    preview,
  };
}

/** Seconds that an object gets to end; without --force it is one at least. */
function graceOf({ flags }: Call): number {
  const given = flags.number('grace-period');
  if (flags.bool('now')) {
    if (given !== -1) throw new Error('--now and --grace-period cannot be specified together');
    return 1;
  }
  if (given === 0 && !flags.bool('force')) return 1;
  return flags.bool('force') && given < 0 ? 0 : given;
}

function* confirmFlags(call: Call, gracePeriod: number): Blocking<void> {
  const { flags, warnings } = call;
  const output = flags.string('output');
  if (output !== '' && output !== 'name') {
    throw new Error(`unexpected -o output mode: ${output}. We only support '-o name'`);
  }
  for (const selector of ['selector', 'field-selector']) {
    if (flags.bool('all') && flags.string(selector) !== '') {
      throw new Error(`cannot set --all and --${selector} at the same time`);
    }
  }
  if (flags.bool('force') && gracePeriod === 0) {
    yield* warnings.show(
      'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
    );
  } else if (flags.bool('force') && gracePeriod > 0) {
    throw new Error('--force and --grace-period greater than 0 cannot be specified together');
  }
  if (flags.string('raw') !== '') confirmRaw(call);
}

function confirmRaw(call: Call): void {
  const { flags } = call;
  const { filenames, recursive } = fileOptions(call);
  if (flags.bool('interactive')) throw new Error('--interactive can not be used with --raw');
  if (filenames.length > 1) throw new Error('--raw can only use a single local file or stdin');
  if (/^https?:\/\//.test(filenames[0] ?? '')) throw new Error('--raw cannot read from a url');
  if (recursive) throw new Error('--raw and --recursive are mutually exclusive');
  if (flags.string('output') !== '') throw new Error('--raw and --output are mutually exclusive');
  const raw = flags.string('raw');
  if (!raw.startsWith('/') && !/^[a-z][a-z0-9+.-]*:/i.test(raw)) {
    throw new Error(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
  }
}

/** Where an object is, as a key. */
function placeOf(info: Info): string {
  return `${groupResource(mappingOf(info))} ${info.namespace} ${info.name}`;
}

/** Asks whether what was found is to be deleted. Undefined: it isn't. */
function* confirmed(
  options: DeleteCommandOptions,
  preview: Selected,
  call: Call,
): Blocking<ReadonlySet<string> | undefined> {
  const infos: Info[] = [];
  yield* visitExisting(options, preview, function* (info) {
    infos.push(info);
  });
  if (infos.length === 0) {
    yield* call.out('No resources found\n');
    return undefined;
  }
  yield* call.out(`You are about to delete the following ${infos.length} resource(s):\n`);
  for (const info of infos) yield* call.out(`${kindText(info)}/${info.name}\n`);
  yield* call.out('Do you want to continue? (y/N): ');
  const answer = yield* readLine(call.sys, 0);
  if (answer.trim().toLowerCase() === 'y') return new Set(infos.map(placeOf));
  yield* call.out('deletion is cancelled\n');
  return undefined;
}

function* visitExisting({ ignoreNotFound }: DeleteCommandOptions, selected: Selected, each: Each): Blocking<void> {
  try {
    yield* selected.visit(each);
  } catch (error) {
    const left = ignoreNotFound ? withoutErrors(asError(error), isNotFound) : asError(error);
    if (left !== undefined) throw left;
  }
}

/** Deletes what was selected (or what of it was chosen), says so, and waits until it is gone where --wait is set. */
export function* deleteAll(
  options: DeleteCommandOptions,
  selected: Selected,
  chosen: ReadonlySet<string> | undefined,
  call: Call,
): Blocking<void> {
  const deleted: { readonly info: Info; readonly uid: string | undefined }[] = [];
  let warns = options.warnsOfClusterScope;
  yield* visitExisting(options, selected, function* (info) {
    if (chosen !== undefined && !chosen.has(placeOf(info))) return;
    const entry = { info, uid: undefined };
    deleted.push(entry);
    if (warns && !mappingOf(info).namespaced) {
      yield* call.warnings.show('deleting cluster-scoped resources, not scoped to the provided namespace');
      warns = false;
    }
    if (options.dryRun === 'client') yield* sayDeleted(options, info, call);
    else deleted.splice(-1, 1, { info, uid: uidIn(yield* deleteOne(options, info, call)) });
  });
  if (deleted.length === 0) yield* call.out('No resources found\n');
  if (!call.flags.bool('wait') || options.dryRun !== 'none') return;
  const limit = call.flags.duration('timeout') || LONG_MS;
  if (limit < 0) yield* call.log.error('until.go:159', '"Timeout for context shall not be negative"');
  const deadline = timeMs(call.sys.now() + limit);
  try {
    for (const { info, uid } of deleted) {
      yield* waitUntilGone(call.sys, yield* call.client(), info, { deadline, once: false, uid });
    }
  } catch (error) {
    // Who may delete but not look can't wait.
    if (!hasReason(error, 'Forbidden') && !hasReason(error, 'MethodNotAllowed')) throw error;
  }
}

function* deleteOne(options: DeleteCommandOptions, info: Info, call: Call): Blocking<JsonObject> {
  const { cascade, gracePeriod, dryRun } = options;
  const request = deleteOptions(cascade, gracePeriod, dryRun === 'server');
  const client = yield* call.client();
  try {
    const answer = yield* deleteObject(client, mappingOf(info), info.namespace, info.name, request);
    yield* sayDeleted(options, info, call);
    return answer;
  } catch (error) {
    throw withSource('deleting', info.source, asError(error));
  }
}

/** Of the object itself, or of what a Status says about it. */
function uidIn(answer: JsonObject): string | undefined {
  const { kind, details } = answer;
  if (kind === 'Status' && isObject(details)) return String(details['uid'] ?? '');
  return metaText(answer, 'uid');
}

function kindText(info: Info): string {
  return groupKind(mappingOf(info)).replace(/^[^.]*/, (kind) => kind.toLowerCase());
}

function* sayDeleted({ gracePeriod, dryRun }: DeleteCommandOptions, info: Info, call: Call): Blocking<void> {
  if (call.flags.string('output') === 'name') {
    yield* call.out(`${kindText(info)}/${info.name}\n`);
    return;
  }
  const how = gracePeriod === 0 ? 'force deleted' : 'deleted';
  const where = isNamespaced(info) ? ` from ${info.namespace} namespace` : '';
  const trial = dryRun === 'none' ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
  yield* call.out(`${kindText(info)} "${info.name}" ${how}${where}${trial}\n`);
}
