// kubectl create -f: objects as files describe them.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError, usageError, withSource } from '../../errors.ts';
import { remembering } from '../../lastapplied.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import type { ObjectPrinter } from '../../printers/printer.ts';
import { requireFiles } from '../../resource/files.ts';
import { type Info, mappingOf, objectOf, refresh } from '../../resource/info.ts';
import { createObject } from '../../resource/requests.ts';
import { INTRO, runEditSession } from '../edit/session.ts';
import { fileOptions } from '../shared/files.ts';
import { manifestSelection } from '../shared/manifests.ts';
import { sendRawFile } from '../shared/raw.ts';
import { recorded } from '../shared/record.ts';
import {
  type DryRun,
  dryRunOf,
  type FieldValidation,
  fieldValidationOf,
  operationText,
  writeOptions,
} from '../shared/write.ts';

interface CreateOptions {
  readonly dryRun: DryRun;
  readonly fieldValidation: FieldValidation;
  readonly printer: ObjectPrinter;
}

export const create = command<CreateOptions>({
  path: 'create',
  long: `
Create objects as files or standard input describe them.

JSON and YAML are understood.`,
  examples: `
# What a file describes
kubectl create -f pod.yaml

# What another program writes
cat pod.json | kubectl create -f -

# A last look in the editor before it is created
kubectl create -f registry.yaml --edit -o json`,
  *complete(call) {
    const { args } = call;
    if (args.length > 0) throw usageError('kubectl create', `Unexpected args: [${args.join(' ')}]`);
    const dryRun = yield* dryRunOf(call);
    const fieldValidation = fieldValidationOf(call);
    const options = printerOptions(call, { operation: operationText('created', dryRun) });
    return { dryRun, fieldValidation, printer: yield* objectPrinter(call, options) };
  },
  validate(_options, call) {
    const files = fileOptions(call);
    requireFiles(files);
    if (call.flags.string('raw') !== '') confirmRaw(call);
  },
  *run(options, call) {
    const raw = call.flags.string('raw');
    if (raw !== '') yield* sendRawFile(call, 'POST', raw, fileOptions(call).filenames[0] ?? '');
    else if (call.flags.bool('edit')) yield* editAndCreate(options, call);
    else yield* createAll(options, call);
  },
});

/** Other flags mean nothing where a file is sent as it is. */
export function confirmRaw(call: Call): void {
  const { flags } = call;
  const { filenames, recursive } = fileOptions(call);
  const raw = flags.string('raw');
  if (flags.has('edit') && flags.bool('edit')) throw new Error('--raw and --edit are mutually exclusive');
  if (filenames.length !== 1) throw new Error('--raw can only use a single local file or stdin');
  if (/^https?:\/\//.test(filenames[0] ?? '')) throw new Error('--raw cannot read from a url');
  if (recursive) throw new Error('--raw and --recursive are mutually exclusive');
  if (flags.has('selector') && flags.string('selector') !== '') {
    throw new Error('--raw and --selector (-l) are mutually exclusive');
  }
  if (flags.string('output') !== '') throw new Error('--raw and --output are mutually exclusive');
  if (!raw.startsWith('/') && !/^[a-z][a-z0-9+.-]*:/i.test(raw)) {
    throw new Error(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
  }
}

function* createAll(options: CreateOptions, call: Call): Blocking<void> {
  const selected = yield* call.select(yield* manifestSelection(call, options.fieldValidation));
  let count = 0;
  yield* selected.visit(function* (info) {
    info.object = recorded(call, remembering(objectOf(info), call.flags.bool('save-config')));
    if (options.dryRun !== 'client') yield* created(options, call, info);
    count++;
    yield* call.out(options.printer.print(objectOf(info)));
  });
  if (count === 0) throw new Error('no objects passed to create');
}

/** Each object is edited before it is created. */
function* editAndCreate(options: CreateOptions, call: Call): Blocking<void> {
  const selection = yield* manifestSelection(call, options.fieldValidation);
  const selected = yield* call.select(selection);
  const write = writeOptions(call, options.dryRun, options.fieldValidation);
  yield* selected.visit((info) =>
    runEditSession(call, {
      infos: [info],
      output: call.flags.string('output') || 'yaml',
      fieldValidation: options.fieldValidation,
      namespace: selection.namespace,
      intro: INTRO,
      saveConfig: call.flags.bool('save-config'),
      *save(edited) {
        const client = yield* call.client();
        refresh(edited, yield* createObject(client, mappingOf(edited), edited.namespace, objectOf(edited), write));
        return 'created';
      },
    }),
  );
}

function* created({ dryRun, fieldValidation }: CreateOptions, call: Call, info: Info): Blocking<void> {
  const options = writeOptions(call, dryRun, fieldValidation);
  try {
    const client = yield* call.client();
    refresh(info, yield* createObject(client, mappingOf(info), info.namespace, objectOf(info), options));
  } catch (error) {
    throw withSource('creating', info.source, asError(error));
  }
}
