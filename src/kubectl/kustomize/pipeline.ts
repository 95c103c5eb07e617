// What a kustomization does to its resources, one thing after the other: the order is kustomize's.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { parseYaml, writeYaml } from '../text/yaml.ts';
import type { Configuration } from './configurations.ts';
import { objectsIn, readBeside } from './loading.ts';
import { parsePatch, patched, patchedByOperations } from './patches.ts';
import { objectAt, objects, textAt, texts } from './paths.ts';
import { withReplacement } from './replacements.ts';
import { kindOf, nameOf, type Resource } from './resource.ts';
import {
  type LabelReach,
  type Place,
  placesOf,
  withAffixes,
  withAnnotations,
  withEntries,
  withImages,
  withLabels,
  withNamespace,
  withReplicas,
  withTextAt,
} from './transform.ts';

export type Step = (resources: readonly Resource[]) => readonly Resource[];

/** All that the fields of a kustomization ask for. */
export function* stepsOf(
  sys: Sys,
  folder: string,
  kustomization: JsonObject,
  { places }: Configuration,
): Blocking<readonly Step[]> {
  const each =
    (change: (resource: Resource) => Resource): Step =>
    (resources) =>
      resources.map(change);
  const steps: Step[] = [];
  for (const given of texts(kustomization, 'patchesStrategicMerge')) {
    const parts = objectsIn(given.includes('\n') ? given : yield* strategicFile(sys, folder, given));
    steps.push(
      ...parts.map(
        (part): Step =>
          (resources) =>
            patched(resources, { part, target: undefined, options: {} }),
      ),
    );
  }
  for (const entry of objects(kustomization, 'patches')) steps.push(yield* patchStep(sys, folder, entry));
  steps.push(
    (resources) => placed(resources, textAt(kustomization, 'namespace')),
    each((resource) => withAffixes(resource, textAt(kustomization, 'namePrefix'), textAt(kustomization, 'nameSuffix'))),
    each((resource) => withTexts(resource, kustomization, places)),
    each((resource) => objects(kustomization, 'labels').reduce(labelled, resource)),
    each((resource) => withLabels(resource, objectAt(kustomization, 'commonLabels'), 'selectors')),
    each((resource) => withEntries(resource, objectAt(kustomization, 'commonLabels'), places.commonLabels)),
    each((resource) => withAnnotations(resource, objectAt(kustomization, 'commonAnnotations'))),
    each((resource) => withEntries(resource, objectAt(kustomization, 'commonAnnotations'), places.commonAnnotations)),
  );
  for (const entry of objects(kustomization, 'patchesJson6902')) steps.push(yield* jsonPatchStep(sys, folder, entry));
  const images = [...objects(kustomization, 'images'), ...objects(kustomization, 'imageTags')];
  steps.push(
    ...objects(kustomization, 'replicas').map(
      (count): Step =>
        (resources) =>
          withReplicas(resources, count, places.replicas),
    ),
    each((resource) => withImages(resource, images, places.images)),
  );
  for (const replacement of yield* replacementsOf(sys, folder, kustomization)) {
    steps.push((resources) => withReplacement(resources, replacement));
  }
  return steps;
}

/** Namespace, prefix and suffix at places that the kustomization's own configuration tells of. */
function withTexts(resource: Resource, kustomization: JsonObject, places: Configuration['places']): Resource {
  const given = (field: 'namespace' | 'namePrefix' | 'nameSuffix'): readonly [string, readonly Place[]] => {
    const text = textAt(kustomization, field);
    return [text, text === '' ? [] : places[field]];
  };
  const [namespace, spaced] = given('namespace');
  const [prefix, prefixed] = given('namePrefix');
  const [suffix, suffixed] = given('nameSuffix');
  const named = withTextAt(resource, spaced, () => namespace);
  return withTextAt(
    withTextAt(named, prefixed, (text) => prefix + text),
    suffixed,
    (text) => text + suffix,
  );
}

/** In a namespace, with the accounts that lie in it. */
export function placed(resources: readonly Resource[], namespace: string): readonly Resource[] {
  const accounts = new Set(resources.filter((each) => kindOf(each) === 'ServiceAccount').map(nameOf));
  return resources.map((each) => withNamespace(each, namespace, accounts));
}

function labelled(resource: Resource, entry: JsonObject): Resource {
  const reach: LabelReach =
    entry['includeSelectors'] === true ? 'selectors' : entry['includeTemplates'] === true ? 'templates' : 'metadata';
  const pairs = objectAt(entry, 'pairs');
  return withEntries(withLabels(resource, pairs, reach), pairs, placesOf(objects(entry, 'fields')));
}

/** Says which part of the kustomization made trouble. */
function* configured<T>(kind: string, config: JsonValue, make: () => Blocking<T>): Blocking<T> {
  try {
    return yield* make();
  } catch (error) {
    const shown = writeYaml(config);
    throw new Error(`trouble configuring builtin ${kind} with config: \`\n${shown}\`: ${asError(error).message}`);
  }
}

function* strategicFile(sys: Sys, folder: string, path: string): Blocking<string> {
  return yield* configured('PatchTransformer', { path }, () => patchFile(sys, folder, path));
}

function* patchFile(sys: Sys, folder: string, path: string): Blocking<string> {
  try {
    return yield* readBeside(sys, folder, path);
  } catch (error) {
    throw new Error(`failed to get the patch file from path(${path}): ${asError(error).message}`);
  }
}

function patchStep(sys: Sys, folder: string, entry: JsonObject): Blocking<Step> {
  return configured('PatchTransformer', entry, () => patchOf(sys, folder, entry));
}

/** A patch as it stands under `patches`, or as a transformer of its own. */
export function* patchOf(sys: Sys, folder: string, entry: JsonObject): Blocking<Step> {
  const [path, text] = [textAt(entry, 'path'), textAt(entry, 'patch').trim()];
  if (path === '' && text === '') throw new Error(`must specify one of patch and path in\n${writeYaml(entry)}`);
  if (path !== '' && text !== '') throw new Error(`patch and path can't be set at the same time\n${writeYaml(entry)}`);
  const target = own(entry, 'target');
  const patches = parsePatch(path === '' ? text : yield* patchFile(sys, folder, path), {
    source: path === '' ? `[patch: ${JSON.stringify(text)}]` : `[path: ${JSON.stringify(path)}]`,
    target: isObject(target) ? target : undefined,
    options: objectAt(entry, 'options'),
  });
  return (resources) => patches.reduce(patched, resources);
}

function jsonPatchStep(sys: Sys, folder: string, entry: JsonObject): Blocking<Step> {
  const { patch, ...rest } = entry;
  const config = { ...rest, ...(patch === undefined ? {} : { jsonOp: patch }) };
  return configured('PatchJson6902Transformer', config, () => jsonPatchOf(sys, folder, config));
}

export function* jsonPatchOf(sys: Sys, folder: string, config: JsonObject): Blocking<Step> {
  const path = textAt(config, 'path');
  const text = path === '' ? textAt(config, 'jsonOp') : yield* readBeside(sys, folder, path);
  const operations = operationsOf(text.trim());
  return (resources) => patchedByOperations(resources, operations, objectAt(config, 'target'));
}

function operationsOf(text: string): JsonValue {
  if (!text.startsWith('[')) return parseYaml(text);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new Error(
      `decoding ${text}: invalid character '${text[2] ?? ''}' looking for beginning of object key string`,
    );
  }
}

function* replacementsOf(sys: Sys, folder: string, kustomization: JsonObject): Blocking<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  const config = { Replacements: own(kustomization, 'replacements') ?? [] };
  for (const entry of objects(kustomization, 'replacements')) {
    const path = textAt(entry, 'path');
    if (path === '') found.push(entry);
    else found.push(...(yield* configured('ReplacementTransformer', config, () => replacementFile(sys, folder, path))));
  }
  return found;
}

/** One replacement or a list of them. */
export function* replacementFile(sys: Sys, folder: string, path: string): Blocking<readonly JsonObject[]> {
  const value = parseYaml(yield* readBeside(sys, folder, path));
  return (isArray(value) ? value : [value]).filter(isObject);
}
