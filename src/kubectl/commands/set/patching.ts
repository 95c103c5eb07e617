// What all commands of `kubectl set` do: find objects, change them, and send what differs.

import { goJson } from '../../../../sandbox/kube/go/text.ts';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import { createTwoWayMergePatch } from '../../../../sandbox/kube/patch/strategicpatch.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { canonical } from '../../../../sandbox/schema/decode/canonical.ts';
import type { Call } from '../../call.ts';
import { asError, SeveralErrors } from '../../errors.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import type { ObjectPrinter } from '../../printers/printer.ts';
import { type Info, kindOf, objectName, objectOf } from '../../resource/info.ts';
import { ACCEPT_SCHEME, patchObject } from '../../resource/requests.ts';
import type { Selected } from '../../resource/selection.ts';
import { typeOf } from '../../resource/typed.ts';
import { fileOptions } from '../shared/files.ts';
import { type DryRun, dryRunOf, operationText, writeOptions } from '../shared/write.ts';

export interface SetOptions {
  readonly dryRun: DryRun;
  readonly printer: ObjectPrinter;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

export function* setOptions(call: Call, operation: string): Blocking<SetOptions> {
  const dryRun = yield* dryRunOf(call);
  const printer = yield* objectPrinter(
    call,
    printerOptions(call, { operation: operationText(operation, dryRun), typed: true }),
  );
  const { namespace, explicit } = yield* call.namespace();
  return { dryRun, printer, namespace, explicitNamespace: explicit };
}

const LOCAL = `error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

/** The objects that arguments, files and selectors name. */
export function* findObjects(
  call: Call,
  { namespace, explicitNamespace }: SetOptions,
  resources: readonly string[],
  stdinTaken = false,
): Blocking<readonly Info[]> {
  return yield* (yield* selectObjects(call, { namespace, explicit: explicitNamespace }, resources, stdinTaken)).infos();
}

/** What arguments, files and selectors name; no object has been asked for yet. */
export function* selectObjects(
  call: Call,
  { namespace, explicit }: { readonly namespace: string; readonly explicit: boolean },
  resources: readonly string[],
  stdinTaken = false,
): Blocking<Selected> {
  const { flags } = call;
  const local = flags.bool('local');
  if (local && resources.length > 0) throw new Error(LOCAL);
  return yield* call.select({
    namespace,
    enforceNamespace: explicit,
    files: fileOptions(call),
    typed: true,
    flatten: true,
    continueOnError: true,
    stdinTaken,
    ...(local
      ? { local }
      : {
          labelSelector: flags.has('selector') ? flags.string('selector') : '',
          args: resources,
          allOfType: flags.bool('all'),
          latest: true,
        }),
  });
}

export function confirmPlace(call: Call, { dryRun }: SetOptions): void {
  if (call.flags.bool('local') && dryRun === 'server') {
    throw new Error('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
}

export function confirmSelectors({ flags }: Call): void {
  if (flags.bool('all') && flags.string('selector') !== '') {
    throw new Error('cannot set --all and --selector at the same time');
  }
}

export interface Changes {
  /** Throws for an object that can't be changed; undefined when it needn't. */
  readonly change: (info: Info) => Blocking<JsonObject | undefined>;
  /** Precedes the server's message. */
  readonly failure: string;
  /** Objects that stay the same are sent, too. */
  readonly sendsAll?: boolean;
}

/** Changes one object after the other; `errors` are those that were known before. */
export function* applyChanges(
  call: Call,
  options: SetOptions,
  infos: readonly Info[],
  { change, failure, sendsAll = false }: Changes,
  errors: Error[] = [],
): Blocking<void> {
  const changed: { readonly info: Info; readonly after: JsonObject | Error }[] = [];
  for (const info of infos) {
    try {
      const after = yield* change(info);
      if (after !== undefined) changed.push({ info, after });
    } catch (error) {
      changed.push({ info, after: asError(error) });
    }
  }
  for (const { info, after } of changed) {
    if (after instanceof Error) {
      errors.push(failure === '' ? after : new Error(`error: ${objectName(info)} ${after.message}\n`));
      continue;
    }
    const patch = patchText(info, after);
    if (patch === '{}' && !sendsAll) continue;
    try {
      yield* call.out(
        options.printer.print(canonicalOf(info, yield* sent(call, options, info, after, patch, failure))),
      );
    } catch (error) {
      errors.push(asError(error));
    }
  }
  if (errors.length > 0) throw new SeveralErrors(errors);
}

function* sent(
  call: Call,
  { dryRun }: SetOptions,
  info: Info,
  after: JsonObject,
  patch: string,
  failure: string,
): Blocking<JsonObject> {
  if (call.flags.bool('local') || dryRun === 'client') return after;
  try {
    const write = { ...writeOptions(call, dryRun), accept: ACCEPT_SCHEME };
    return yield* patchObject(yield* call.client(), info, 'strategic', patch, write);
  } catch (error) {
    throw failure === '' ? error : new Error(`${failure} ${asError(error).message}`);
  }
}

function patchText(info: Info, after: JsonObject): string {
  const kind = typeOf(kindOf(info));
  if (kind === undefined) throw new Error(`no kind ${JSON.stringify(kindOf(info).kind)} is registered`);
  const before = canonical(objectOf(info), kind.type);
  return goJson(createTwoWayMergePatch(before, canonical(after, kind.type), kind.type), 'sorted');
}

function canonicalOf(info: Info, object: JsonObject): JsonObject {
  const kind = typeOf(kindOf(info));
  return kind === undefined ? object : canonical(object, kind.type);
}
