// kubectl diff: what apply would change, as a program that compares files shows it.

import { goJson } from '../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import { type Blocking, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError, ExitError, report, usageError } from '../errors.ts';
import { makeFolders, writeFile } from '../files.ts';
import { configurationText } from '../lastapplied.ts';
import { omitManagedFields } from '../printers/printer.ts';
import { requireFiles } from '../resource/files.ts';
import { type Info, mappingOf, metaText, objectOf } from '../resource/info.ts';
import { createObject, fetchInfo, patchObject } from '../resource/requests.ts';
import { isNotFound } from '../rest/status.ts';
import { writeYaml } from '../text/yaml.ts';
import type { ApplyOptions } from './apply/options.ts';
import { applyPatch } from './apply/patcher.ts';
import { fileOptions } from './shared/files.ts';

interface DiffOptions {
  readonly namespace: string;
  readonly explicitNamespace: boolean;
  readonly serverSide: boolean;
  readonly fieldManager: string;
}

export const diff = command<DiffOptions>({
  path: 'diff',
  long: `
Show how objects on the server differ from what apply would make of them.

Two folders of YAML files are compared by "diff -u -N", or by the program that KUBECTL_EXTERNAL_DIFF names.

Exit status: 0 without differences, 1 with differences, more than 1 when kubectl or the program failed.`,
  examples: `
# What a file would change
kubectl diff -f web.yaml

# What another program writes
cat web.yaml | kubectl diff -f -`,
  *complete(call) {
    return yield* failingWithTwo(complete(call));
  },
  *run(options, call) {
    yield* failingWithTwo(run(options, call));
  },
});

/** 1 means that there are differences: what goes wrong ends with 2. */
function* failingWithTwo<T>(work: Blocking<T>): Blocking<T> {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof ExitError) throw error;
    const { text, status } = report(error);
    throw new ExitError(status + 1, text);
  }
}

function* complete(call: Call): Blocking<DiffOptions> {
  const { args, flags } = call;
  if (args.length > 0) throw usageError('kubectl diff', `Unexpected args: [${args.join(' ')}]`);
  requireFiles(fileOptions(call));
  const serverSide = flags.bool('server-side');
  if (flags.bool('force-conflicts') && !serverSide) {
    throw new Error('--force-conflicts only works with --server-side');
  }
  const usual = serverSide ? 'kubectl' : 'kubectl-client-side-apply';
  const fieldManager = flags.changed('field-manager') ? flags.string('field-manager') : usual;
  const { namespace, explicit } = yield* call.namespace();
  return { namespace, explicitNamespace: explicit, serverSide, fieldManager };
}

function* run(options: DiffOptions, call: Call): Blocking<void> {
  const { sys } = call;
  const folders = ['LIVE', 'MERGED'].map((name) => `${temporary(sys)}/${name}-${sys.random(4_000_000_000)}`);
  const [live = '', merged = ''] = folders;
  for (const folder of folders) makeFolders(sys, folder, 0o700);
  try {
    const selected = yield* call.select({
      namespace: options.namespace,
      enforceNamespace: options.explicitNamespace,
      files: fileOptions(call),
      labelSelector: call.flags.string('selector'),
      flatten: true,
    });
    yield* selected.visit(function* (info) {
      const { before, after } = yield* versions(options, call, info);
      yield* writeFile(sys, `${live}/${fileName(info)}`, before === undefined ? '' : writeYaml(before));
      yield* writeFile(sys, `${merged}/${fileName(info)}`, writeYaml(after));
    });
    yield* compare(sys, live, merged);
  } finally {
    for (const folder of folders) removeFolder(sys, folder);
  }
}

function temporary({ env }: Sys): string {
  return env.get('TMPDIR') || '/tmp';
}

/** `apps.v1.Deployment.default.web` */
function fileName(info: Info): string {
  const { group, version, kind } = mappingOf(info);
  return [...(group === '' ? [] : [group]), version, kind, info.namespace, info.name].join('.');
}

interface Versions {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject;
}

function* versions(options: DiffOptions, call: Call, info: Info): Blocking<Versions> {
  const manifest = objectOf(info);
  let live: JsonObject | undefined;
  try {
    yield* fetchInfo(yield* call.client(), info);
    live = objectOf(info);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const merged = yield* mergedObject(options, call, info, manifest, live);
  if (live !== undefined && metaText(live, 'deletionTimestamp') !== '') {
    yield* call.err(`Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`);
  }
  const shown = call.flags.bool('show-managed-fields') ? (object: JsonObject) => object : omitManagedFields;
  const before = live === undefined ? undefined : shown(live);
  const after = shown(merged);
  const secret = after['kind'] === 'Secret' && after['apiVersion'] === 'v1';
  return secret && !call.flags.bool('show-secrets') ? masked(before, after) : { before, after };
}

/** What the server would make of it. */
function* mergedObject(
  options: DiffOptions,
  call: Call,
  info: Info,
  manifest: JsonObject,
  live: JsonObject | undefined,
): Blocking<JsonObject> {
  const client = yield* call.client();
  const write = { dryRun: true, fieldManager: options.fieldManager };
  if (options.serverSide) {
    const force = call.flags.bool('force-conflicts');
    return yield* patchObject(client, info, 'apply', `${goJson(manifest, 'sorted')}\n`, { ...write, force });
  }
  if (live === undefined) return yield* createObject(client, mappingOf(info), info.namespace, manifest, write);
  const applying: ApplyOptions = {
    serverSide: false,
    dryRun: 'server',
    fieldManager: options.fieldManager,
    fieldValidation: '',
    resourceVersion: metaText(live, 'resourceVersion'),
    cascade: 'Background',
    namespace: options.namespace,
    explicitNamespace: options.explicitNamespace,
    prune: undefined,
  };
  return (yield* applyPatch(call, applying, info, configurationText(manifest))).object;
}

/** Secrets are shown as being different or not, and no more. */
function masked(before: JsonObject | undefined, after: JsonObject): Versions {
  const [old, fresh] = [dataOf(before), dataOf(after)];
  const hidden = (mine: JsonObject, other: JsonObject, changed: string): JsonObject =>
    Object.fromEntries(
      Object.keys(mine).map((key) => {
        const differs = own(other, key) !== undefined && own(other, key) !== own(mine, key);
        return [key, differs ? changed : '***'];
      }),
    );
  const withData = (object: JsonObject, data: JsonObject): JsonObject =>
    isObject(object['data']) ? { ...object, data } : object;
  return {
    before: before === undefined ? undefined : withData(before, hidden(old, fresh, '*** (before)')),
    after: withData(after, hidden(fresh, old, '*** (after)')),
  };
}

function dataOf(object: JsonObject | undefined): JsonObject {
  return isObject(object?.['data']) ? object['data'] : {};
}

function* compare(sys: Sys, live: string, merged: string): Blocking<void> {
  const external = sys.env.get('KUBECTL_EXTERNAL_DIFF') ?? '';
  const [program = '', ...words] = external === '' ? ['diff', '-u', '-N'] : external.split(' ');
  const known = words.filter((word) => /^[a-zA-Z0-9-=]+$/.test(word));
  const argv = external === '' ? [program, ...known, live, merged] : [program, live, merged, ...known];
  let pid: number;
  try {
    pid = sys.spawn(argv);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = 'executable file not found in $PATH';
    throw new Error(
      `failed to run ${JSON.stringify(program)}: ${error.code === 'ENOENT' ? why : asError(error).message}`,
    );
  }
  const ended = yield* sys.wait(pid);
  const status = ended?.kind === 'exited' ? ended.status : 2;
  if (status === 1) throw new ExitError(1);
  if (status > 1) throw new Error(`failed to run ${JSON.stringify(program)}: exit status ${status}`);
}

function removeFolder(sys: Sys, folder: string): void {
  for (const name of sys.readdir(folder)) sys.unlink(`${folder}/${name}`);
  sys.rmdir(folder);
}
