// kubectl patch: changes some fields of objects.

import { goJson, quote } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, sameJson } from '../../../sandbox/kube/json.ts';
import { applyJsonPatch } from '../../../sandbox/kube/patch/jsonpatch.ts';
import { mergePatched } from '../../../sandbox/kube/patch/mergepatch.ts';
import { applyStrategicMergePatch } from '../../../sandbox/kube/patch/strategicpatch.ts';
import type { Blocking, Bytes } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError } from '../errors.ts';
import { decodeText, readFile } from '../files.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import { type Info, kindOf, objectOf } from '../resource/info.ts';
import { PATCH_TYPES, type PatchType, patchObject } from '../resource/requests.ts';
import { typeOf } from '../resource/typed.ts';
import { hasReason } from '../rest/status.ts';
import { parseJson } from '../text/json.ts';
import { parseYaml } from '../text/yaml.ts';
import { fileOptions } from './shared/files.ts';
import { recorded } from './shared/record.ts';
import { type DryRun, dryRunOf, writeOptions } from './shared/write.ts';

interface PatchOptions {
  readonly dryRun: DryRun;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

const TYPES = new Map<string, PatchType>([
  ['json', 'json'],
  ['merge', 'merge'],
  ['strategic', 'strategic'],
]);

export const patch = command<PatchOptions>({
  path: 'patch',
  long: `
Change some fields of an object by a strategic merge patch, a JSON merge patch or a JSON patch.

Patches are JSON or YAML. Custom resources know no strategic merge patch.`,
  examples: `
# A strategic merge patch: lists with keys are merged
kubectl patch node worker-1 -p '{"spec":{"unschedulable":true}}'

# The same from a file
kubectl patch -f pod.yaml --patch-file change.yaml

# A JSON patch: one step after the other
kubectl patch pod web --type=json -p='[{"op":"replace","path":"/spec/containers/0/image","value":"nginx:1.28"}]'

# The replicas through the subresource
kubectl patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'`,
  *complete(call) {
    const dryRun = yield* dryRunOf(call);
    const { namespace, explicit } = yield* call.namespace();
    return { dryRun, namespace, explicitNamespace: explicit };
  },
  validate({ dryRun }, { flags, args }) {
    const [text, file] = [flags.string('patch'), flags.string('patch-file')];
    const local = flags.bool('local');
    if (text !== '' && file !== '') throw new Error('cannot specify --patch and --patch-file together');
    if (text === '' && file === '') {
      throw new Error('must specify --patch or --patch-file containing the contents of the patch');
    }
    if (local && args.length > 0) throw new Error('cannot specify --local and server resources');
    if (local && dryRun === 'server') {
      throw new Error('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    }
    const type = flags.string('type');
    if (type !== '' && !TYPES.has(type.toLowerCase())) {
      throw new Error(`--type must be one of [${[...TYPES.keys()].join(' ')}], not ${quote(type)}`);
    }
  },
  run,
});

function* run(options: PatchOptions, call: Call): Blocking<void> {
  const { flags } = call;
  const text = yield* patchText(call);
  const selected = yield* call.select({
    namespace: options.namespace,
    enforceNamespace: options.explicitNamespace,
    files: fileOptions(call),
    args: call.args,
    subresource: flags.string('subresource'),
    local: flags.bool('local'),
    flatten: true,
    continueOnError: true,
  });
  let count = 0;
  yield* selected.visit(function* (info) {
    count++;
    yield* patchOne(call, options, info, text);
  });
  if (count === 0) throw new Error('no objects passed to patch');
}

/** As JSON. What begins as JSON is sent as it is. */
function* patchText(call: Call): Blocking<string> {
  const file = call.flags.string('patch-file');
  const given = file === '' ? call.flags.string('patch') : yield* fileBytes(call, file);
  const text = typeof given === 'string' ? given : decodeText(given);
  if (/^\s*\{/.test(text)) return text;
  try {
    return goJson(parseYaml(given), 'sorted');
  } catch (error) {
    throw new Error(`unable to parse ${quote(call.flags.string('patch'))}: ${asError(error).message}`);
  }
}

function* fileBytes(call: Call, file: string): Blocking<Bytes> {
  try {
    return yield* readFile(call.sys, file);
  } catch (error) {
    throw new Error(`unable to read patch file: ${asError(error).message}`);
  }
}

function* patchOne(call: Call, options: PatchOptions, info: Info, text: string): Blocking<void> {
  const type = TYPES.get(call.flags.string('type').toLowerCase()) ?? 'strategic';
  const before = objectOf(info);
  const here = call.flags.bool('local') || options.dryRun === 'client';
  const after = here ? patchedHere(info, type, text) : yield* patchedThere(call, options, info, type, text);
  const done = sameJson(before, after) ? 'patched (no change)' : 'patched';
  // Here a dry run isn't told from a real one.
  const print = printerOptions(call, { operation: done });
  yield* call.out((yield* objectPrinter(call, print)).print(after));
}

function* patchedThere(
  call: Call,
  options: PatchOptions,
  info: Info,
  type: PatchType,
  text: string,
): Blocking<JsonObject> {
  const client = yield* call.client();
  const subresource = call.flags.string('subresource');
  const write = { ...writeOptions(call, options.dryRun), ...(subresource === '' ? {} : { subresource }) };
  try {
    const patched = yield* patchObject(client, info, type, text, write);
    if (!call.flags.bool('record')) return patched;
    const { metadata } = recorded(call, { metadata: {} });
    return yield* patchObject(client, info, 'merge', JSON.stringify({ metadata }), write);
  } catch (error) {
    if (!hasReason(error, 'UnsupportedMediaType')) throw error;
    const { group, version, kind } = kindOf(info);
    const what = `${PATCH_TYPES[type]} is not supported by ${group}/${version}, Kind=${kind}`;
    throw new Error(`${what}: ${asError(error).message}`);
  }
}

function patchedHere(info: Info, type: PatchType, text: string): JsonObject {
  const patch = parsed(text);
  const result = patched(info, type, patch);
  if (!isObject(result)) throw new Error('Invalid JSON Patch');
  return result;
}

function parsed(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    throw new Error('Invalid JSON Patch');
  }
}

function patched(info: Info, type: PatchType, patch: JsonValue): JsonValue {
  const object = objectOf(info);
  if (type === 'json') return applyJsonPatch(object, isArray(patch) ? patch : [patch]).document;
  if (!isObject(patch)) throw new Error('Invalid JSON Patch');
  if (type === 'merge') return mergePatched(object, patch);
  const kind = typeOf(kindOf(info));
  if (kind !== undefined) return applyStrategicMergePatch(object, patch, kind.type).document;
  const { group, version, kind: name } = kindOf(info);
  const what = `${group}/${version}, Kind=${name}`;
  throw new Error(`strategic merge patch is not supported for ${what} locally, try --type merge`);
}
