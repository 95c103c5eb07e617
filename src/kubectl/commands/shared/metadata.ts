// What `label` and `annotate` have in common: both change a map of texts in the metadata of objects.

import { goJson } from '../../../../sandbox/kube/go/text.ts';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import { createMergePatch } from '../../../../sandbox/kube/patch/mergediff.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { type Info, kindOf, metaMap, objectOf, withMeta } from '../../resource/info.ts';
import { patchObject } from '../../resource/requests.ts';
import type { Selected } from '../../resource/selection.ts';
import { fileOptions } from './files.ts';
import { type Pairs, splitArguments } from './pairs.ts';
import { recorded } from './record.ts';
import { type DryRun, dryRunOf, writeOptions } from './write.ts';

export interface MetadataOptions extends Pairs {
  readonly field: 'labels' | 'annotations';
  readonly dryRun: DryRun;
  readonly resources: readonly string[];
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

/** How the two commands differ in their words. */
export interface MetadataWords {
  readonly field: MetadataOptions['field'];
  /** `label`. */
  readonly singular: string;
  /** The example of a file in messages. */
  readonly file: string;
  readonly parse: (pairs: readonly string[]) => Pairs;
}

export function* metadataOptions(call: Call, words: MetadataWords): Blocking<MetadataOptions> {
  const dryRun = yield* dryRunOf(call);
  const { resources, pairs } = splitArguments(call.args, words.singular);
  const { set, remove } = words.parse(pairs);
  const { namespace, explicit } = yield* call.namespace();
  return { field: words.field, dryRun, resources, set, remove, namespace, explicitNamespace: explicit };
}

export function confirmMetadata(options: MetadataOptions, call: Call, { singular, file }: MetadataWords): void {
  const { flags } = call;
  const { resources, dryRun, set, remove } = options;
  const { filenames, kustomize } = fileOptions(call);
  const noFiles = filenames.length === 0 && kustomize === '';
  for (const selector of ['selector', 'field-selector']) {
    if (flags.bool('all') && flags.string(selector) !== '') {
      throw new Error(`cannot set --all and --${selector} at the same time`);
    }
  }
  if (flags.bool('local')) {
    const files = `-f ${file}.yaml or --filename=${file}.json`;
    if (dryRun === 'server') {
      throw new Error('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    }
    if (resources.length > 0) throw new Error(`can only use local files by ${files} when --local=true is set`);
    if (noFiles) throw new Error(`one or more files must be specified as ${files}`);
  } else if (resources.length === 0 && noFiles) {
    throw new Error('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  }
  if (set.size === 0 && remove.length === 0 && !flags.bool('list')) {
    throw new Error(`at least one ${singular} update is required`);
  }
}

export function* selectForMetadata(call: Call, options: MetadataOptions): Blocking<Selected> {
  const { flags } = call;
  const local = flags.bool('local');
  const allNamespaces = flags.bool('all-namespaces');
  const selected = yield* call.select({
    namespace: allNamespaces ? '' : options.namespace,
    enforceNamespace: options.explicitNamespace,
    files: fileOptions(call),
    flatten: true,
    continueOnError: true,
    ...(local
      ? { local }
      : {
          labelSelector: flags.string('selector'),
          fieldSelector: flags.string('field-selector'),
          allNamespaces,
          args: options.resources,
          allOfType: flags.bool('all'),
          latest: true,
        }),
  });
  if (!selected.singleItem && flags.string('resource-version') !== '') {
    throw new Error('--resource-version may only be used with a single resource');
  }
  return selected;
}

/** The object with the map changed; with the resource version that the command line insists on. */
export function withPairs(call: Call, object: JsonObject, { field, set, remove }: MetadataOptions): JsonObject {
  const values = new Map(Object.entries(metaMap(object, field)));
  for (const [key, value] of set) values.set(key, value);
  for (const key of remove) values.delete(key);
  const version = call.flags.string('resource-version');
  const changed = withMeta(object, field, values.size === 0 ? undefined : Object.fromEntries(values));
  return version === '' ? changed : withMeta(changed, 'resourceVersion', version);
}

/** Sends what differs. */
export function* patchMetadata(
  call: Call,
  info: Info,
  options: MetadataOptions,
  before: JsonObject,
  after: JsonObject,
): Blocking<JsonObject> {
  const patch = goJson(createMergePatch(before, recorded(call, after)), 'sorted');
  return yield* patchObject(yield* call.client(), info, 'merge', patch, writeOptions(call, options.dryRun));
}

/** The object without its version, where the command line names one: so the version becomes part of the patch. */
export function beforePatch(call: Call, info: Info): JsonObject {
  const object = objectOf(info);
  return call.flags.string('resource-version') === '' ? object : withMeta(object, 'resourceVersion', undefined);
}

export function* listMetadata(
  call: Call,
  selected: Selected,
  info: Info,
  field: 'labels' | 'annotations',
): Blocking<void> {
  const { group, kind } = kindOf(info);
  if (!selected.singleItem) yield* call.out(`Listing ${field} for ${kind}.${group}/${info.name}:\n`);
  const indent = selected.singleItem ? '' : ' ';
  for (const [key, value] of Object.entries(metaMap(objectOf(info), field))) {
    yield* call.out(`${indent}${key}=${value}\n`);
  }
}
