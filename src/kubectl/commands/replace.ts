// kubectl replace: puts objects in the place of those that are there.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError, withSource } from '../errors.ts';
import { makeFolders, readAll, writeFile } from '../files.ts';
import { remembering } from '../lastapplied.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import type { ObjectPrinter } from '../printers/printer.ts';
import { type FileOptions, requireFiles } from '../resource/files.ts';
import { untilNotFound } from '../resource/gone.ts';
import { type Info, mappingOf, objectOf, refresh } from '../resource/info.ts';
import { createObject, fetchInfo, replaceObject } from '../resource/requests.ts';
import { confirmRaw } from './create/create.ts';
import { deleteAll } from './delete.ts';
import { cascadeOf, type Propagation } from './shared/deletion.ts';
import { fileOptions } from './shared/files.ts';
import { manifestSelection } from './shared/manifests.ts';
import { sendRawFile } from './shared/raw.ts';
import { recorded } from './shared/record.ts';
import {
  type DryRun,
  dryRunOf,
  type FieldValidation,
  fieldValidationOf,
  operationText,
  writeOptions,
} from './shared/write.ts';

interface ReplaceOptions {
  readonly dryRun: DryRun;
  readonly fieldValidation: FieldValidation;
  readonly cascade: Propagation;
  readonly printer: ObjectPrinter;
}

const PATIENCE_MS = 5 * 60 * 1000;

export const replace = command<ReplaceOptions>({
  path: 'replace',
  long: `
Put objects, as files or standard input describe them, in the place of those that are there.

A complete description is needed; "kubectl get TYPE NAME -o yaml" gives one. JSON and YAML are understood. With --force the old object is deleted and a new one made.`,
  examples: `
# What a file describes
kubectl replace -f pod.yaml

# What another program writes
cat pod.json | kubectl replace -f -

# Deleted and made anew
kubectl replace --force -f pod.yaml`,
  *complete(call) {
    const fieldValidation = fieldValidationOf(call);
    const dryRun = yield* dryRunOf(call);
    yield* call.restConfig();
    const print = printerOptions(call, { operation: operationText('replaced', dryRun) });
    const printer = yield* objectPrinter(call, print);
    const cascade = yield* cascadeOf(call);
    requireFiles(fileOptions(call));
    yield* call.namespace();
    return { dryRun, fieldValidation, cascade, printer };
  },
  validate({ dryRun }, call) {
    const { flags } = call;
    const force = flags.bool('force');
    if (graceOf(call) >= 0 && !force) throw new Error('--grace-period must have --force specified');
    if (flags.duration('timeout') !== 0 && !force) throw new Error('--timeout must have --force specified');
    if (force && dryRun !== 'none') throw new Error('--dry-run can not be used when --force is set');
    if (flags.string('raw') !== '') confirmRaw(call);
  },
  *run(options, call) {
    const raw = call.flags.string('raw');
    if (raw !== '') yield* sendRawFile(call, 'PUT', raw, fileOptions(call).filenames[0] ?? '');
    else if (call.flags.bool('force')) yield* replaceByForce(options, call);
    else yield* replaceAll(options, call);
  },
});

/** An object gets a second at least. */
function graceOf({ flags }: Call): number {
  const given = flags.number('grace-period');
  return given === 0 ? 1 : given;
}

function* replaceAll(options: ReplaceOptions, call: Call): Blocking<void> {
  const subresource = call.flags.string('subresource');
  const selected = yield* call.select({ ...(yield* manifestSelection(call, options.fieldValidation)), subresource });
  const write = {
    ...writeOptions(call, options.dryRun, options.fieldValidation),
    ...(subresource === '' ? {} : { subresource }),
  };
  yield* selected.visit(function* (info) {
    info.object = wished(call, info);
    if (options.dryRun !== 'client') {
      try {
        refresh(info, yield* replaceObject(yield* call.client(), info, objectOf(info), true, write));
      } catch (error) {
        throw withSource('replacing', info.source, asError(error));
      }
    }
    yield* call.out(options.printer.print(objectOf(info)));
  });
}

function wished(call: Call, info: Info): ReturnType<typeof objectOf> {
  return recorded(call, remembering(objectOf(info), call.flags.bool('save-config')));
}

function* replaceByForce(options: ReplaceOptions, call: Call): Blocking<void> {
  const files = yield* rereadable(call);
  const { validate, ...unchecked } = yield* manifestSelection(call, options.fieldValidation);
  const old = yield* call.select({ ...unchecked, files, args: call.args, withoutObjects: true });
  const deletion = {
    cascade: options.cascade,
    gracePeriod: graceOf(call),
    dryRun: options.dryRun,
    ignoreNotFound: true,
    warnsOfClusterScope: false,
    selected: old,
    preview: undefined,
  };
  yield* deleteAll(deletion, old, undefined, call);
  const deadline = call.sys.now() + (call.flags.duration('timeout') || PATIENCE_MS);
  const client = yield* call.client();
  yield* old.visit((info) => untilNotFound(call.sys, () => fetchInfo(client, info), deadline));
  const fresh = yield* call.select({ ...unchecked, files, ...(validate === undefined ? {} : { validate }) });
  const write = writeOptions(call, options.dryRun, options.fieldValidation);
  let count = 0;
  yield* fresh.visit(function* (info) {
    const client = yield* call.client();
    refresh(info, yield* createObject(client, mappingOf(info), info.namespace, wished(call, info), write));
    count++;
    yield* call.out(options.printer.print(objectOf(info)));
  });
  if (count === 0) throw new Error('no objects passed to replace');
}

/** Standard input is read twice: it goes into a file. */
function* rereadable(call: Call): Blocking<FileOptions> {
  const files = fileOptions(call);
  if (!files.filenames.includes('-')) return files;
  const folder = `/tmp/kubectl_replace_${call.sys.random(1_000_000_000)}`;
  makeFolders(call.sys, folder);
  const copy = `${folder}/resource.stdin`;
  yield* writeFile(call.sys, copy, yield* readAll(call.sys, 0));
  return { ...files, filenames: files.filenames.map((name) => (name === '-' ? copy : name)) };
}
