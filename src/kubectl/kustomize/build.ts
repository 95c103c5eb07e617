// Building a kustomization: a folder's resources, those of the folders it stands on, and all that it changes in them.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { type Blocking, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { goErrorText, readText, statOf } from '../files.ts';
import { decodeObject, readDocuments } from '../resource/documents.ts';
import { cleanPath, joinPath, resolvePath } from '../text/path.ts';
import { parseYaml, writeYaml } from '../text/yaml.ts';
import { type Generated, generate, texts, withHash } from './generators.ts';
import { merged } from './merge.ts';
import { ordered } from './order.ts';
import { type Patch, patched } from './patches.ts';
import { textAt } from './paths.ts';
import { fixReferences } from './references.ts';
import { idText, isCalled, kindOf, nameOf, type Resource } from './resource.ts';
import {
  type LabelReach,
  withAffixes,
  withAnnotations,
  withImages,
  withLabels,
  withNamespace,
  withReplicas,
} from './transform.ts';

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Kinds of fields that a kustomization may have. */
const FIELDS = new Set(
  (
    'apiVersion kind metadata openapi namePrefix nameSuffix namespace commonLabels labels commonAnnotations ' +
    'patchesStrategicMerge patchesJson6902 patches images imageTags replacements replicas vars sortOptions resources ' +
    'components crds bases configMapGenerator secretGenerator helmGlobals helmCharts helmChartInflationGenerator ' +
    'generatorOptions configurations generators transformers validators buildMetadata'
  ).split(' '),
);

/** Those of them that would have to be acted on, and aren't. */
const NOT_BUILT = new Set(
  (
    'openapi replacements vars sortOptions components crds helmGlobals helmCharts ' +
    'helmChartInflationGenerator configurations generators transformers validators buildMetadata'
  ).split(' '),
);

const DEPRECATED: readonly (readonly [string, string])[] = [
  ['bases', 'resources'],
  ['commonLabels', 'labels'],
  ['patchesJson6902', 'patches'],
  ['patchesStrategicMerge', 'patches'],
  ['vars', 'replacements'],
  ['imageTags', 'images'],
];

/** All of a kustomization's resources as YAML documents. Throws what is wrong with it. */
export function* buildKustomization(sys: Sys, folder: string): Blocking<string> {
  const root = confirmFolder(sys, folder, folder);
  const resources = yield* accumulate(sys, root, new Set());
  const named = fixReferences(resources.map(withHash));
  return ordered(named)
    .map(({ object }) => writeYaml(object))
    .join('---\n');
}

function confirmFolder(sys: Sys, folder: string, path: string): string {
  const full = resolvePath(sys.cwd(), path);
  let isFolder: boolean;
  try {
    isFolder = sys.stat(full).type === 'directory';
  } catch (error) {
    const reason = error instanceof SysError ? `lstat ${full}: ${goErrorText(error)}` : asError(error).message;
    throw new Error(`must build at directory: not a valid directory: evalsymlink failure on '${folder}' : ${reason}`);
  }
  if (!isFolder) throw new Error(`must build at directory: '${folder}': file is not directory`);
  return cleanPath(full);
}

function* accumulate(sys: Sys, folder: string, above: ReadonlySet<string>): Blocking<readonly Resource[]> {
  const kustomization = yield* readKustomization(sys, folder);
  const around = new Set([...above, folder]);
  const resources: Resource[] = [];
  for (const path of [...texts(kustomization, 'resources'), ...texts(kustomization, 'bases')]) {
    const found = yield* resourcesAt(sys, folder, path, around);
    merge(resources, found, path, resolvePath(folder, path));
  }
  for (const generated of yield* generatedBy(sys, folder, kustomization)) place(resources, generated);
  return fixReferences(yield* transformed(sys, folder, kustomization, resources));
}

function merge(resources: Resource[], found: readonly Resource[], path: string, full: string): void {
  try {
    for (const each of found) add(resources, each);
  } catch (error) {
    const reason = asError(error).message;
    const where = `${inside(path, `'${full}' must resolve to a file`)}: recursed merging from path '${full}'`;
    throw new Error(`accumulating resources: ${where}: ${reason}`);
  }
}

function add(resources: Resource[], resource: Resource): void {
  const id = idText(resource);
  if (resources.some((each) => idText(each) === id)) {
    throw new Error(`may not add resource with an already registered id: ${id}`);
  }
  resources.push(resource);
}

function* readKustomization(sys: Sys, folder: string): Blocking<JsonObject> {
  const found = FILES.filter((name) => statOf(sys, joinPath(folder, name)) !== undefined);
  const [name] = found;
  if (name === undefined) {
    const [first, second, third] = FILES.map((each) => `'${each}'`);
    throw new Error(`unable to find one of ${first}, ${second} or ${third} in directory '${folder}'`);
  }
  if (found.length > 1) throw new Error(`Found multiple kustomization files under: ${folder}\n`);
  const value = parsed(yield* readText(sys, joinPath(folder, name)));
  if (value === null) throw new Error('kustomization.yaml is empty');
  if (!isObject(value))
    throw new Error('invalid Kustomization: json: cannot unmarshal into Go value of type types.Kustomization');
  for (const key of Object.keys(value)) {
    if (!FIELDS.has(key)) throw new Error(`invalid Kustomization: json: unknown field "${key}"`);
    if (NOT_BUILT.has(key)) throw new Error(`invalid Kustomization: field "${key}" is not built yet`);
  }
  for (const [old, fresh] of DEPRECATED) {
    if (!Object.hasOwn(value, old)) continue;
    const advice = `Please use '${fresh}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.`;
    yield* sys.write(2, `# Warning: '${old}' is deprecated. ${advice}\n`);
  }
  return value;
}

function parsed(text: string): JsonValue {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(`invalid Kustomization: ${asError(error).message}`);
  }
}

function* resourcesAt(
  sys: Sys,
  folder: string,
  path: string,
  around: ReadonlySet<string>,
): Blocking<readonly Resource[]> {
  const full = resolvePath(folder, path);
  const stat = statOf(sys, full);
  if (stat === undefined) throw missing(full, path);
  if (stat.type === 'directory') return yield* below(sys, full, path, around);
  const text = yield* readText(sys, full);
  let found: readonly JsonObject[];
  try {
    found = objectsIn(text);
  } catch (error) {
    const reason = asError(error).message.replace(/^error converting YAML to JSON: /, '');
    throw new Error(
      `accumulating resources: accumulating resources from '${path}': MalformedYAMLError: ${reason} in File: ${path}`,
    );
  }
  const wrong = found.map(problemOf).find((each) => each !== undefined);
  if (wrong !== undefined) {
    throw new Error(
      `accumulating resources: ${inside(path, wrong)}: must build at directory: '${full}': file is not directory`,
    );
  }
  return found.map((object) => ({ object, names: [], hashed: false }));
}

function inside(path: string, reason: string): string {
  return `accumulation err='accumulating resources from '${path}': ${reason}'`;
}

function* below(sys: Sys, full: string, path: string, around: ReadonlySet<string>): Blocking<readonly Resource[]> {
  const wrapped = (reason: string): Error =>
    new Error(`accumulating resources: ${inside(path, `'${full}' must resolve to a file`)}: ${reason}`);
  if (around.has(full)) {
    throw wrapped(`cycle detected: candidate root '${full}' contains visited root '${full}'`);
  }
  try {
    return yield* accumulate(sys, full, around);
  } catch (error) {
    throw wrapped(`recursed accumulation of path '${full}': ${asError(error).message}`);
  }
}

/** What a file's object must have to be a resource. */
function problemOf(object: JsonObject): string | undefined {
  if (!isObject(own(object, 'metadata'))) return 'missing Resource metadata';
  const [version, kind, name] = [textAt(object, 'apiVersion'), textAt(object, 'kind'), textAt(object, 'metadata/name')];
  const shown = `{{${version} ${kind}} {{${name} ${textAt(object, 'metadata/namespace')}} map[] map[]}}`;
  if (kind === '') return `missing kind in object ${shown}`;
  return name === '' ? `missing metadata.name in object ${shown}` : undefined;
}

function missing(full: string, path: string): Error {
  const reason = `evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`;
  return new Error(
    `accumulating resources: accumulation err='accumulating resources from '${path}': ${reason}': must build at directory: not a valid directory: ${reason}`,
  );
}

function objectsIn(text: string): readonly JsonObject[] {
  const objects: JsonObject[] = [];
  for (const document of readDocuments(text)) {
    const object = isObject(document.value) ? document.value : decodeObject(document);
    const items = own(object, 'items');
    if (textAt(object, 'kind').endsWith('List') && isArray(items)) objects.push(...items.filter(isObject));
    else objects.push(object);
  }
  return objects;
}

function* generatedBy(sys: Sys, folder: string, kustomization: JsonObject): Blocking<readonly Generated[]> {
  const given = own(kustomization, 'generatorOptions');
  const shared = isObject(given) ? given : {};
  const made: Generated[] = [];
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    const key = kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator';
    for (const spec of objects(kustomization, key)) made.push(yield* generate(sys, folder, kind, spec, shared));
  }
  return made;
}

function objects(object: JsonObject, key: string): readonly JsonObject[] {
  const list = own(object, key);
  return isArray(list) ? list.filter(isObject) : [];
}

/** Merged into, or put in the place of, what the folders below made, if it says so. */
function place(resources: Resource[], { resource, behavior }: Generated): void {
  if (behavior === 'create') {
    add(resources, resource);
    return;
  }
  const at = resources.findIndex((each) => kindOf(each) === kindOf(resource) && isCalled(each, nameOf(resource)));
  const before = resources[at];
  if (before === undefined) {
    const id = idText(resource);
    throw new Error(`merging from generator: id ${id} does not exist; cannot merge or replace`);
  }
  const { metadata: _, ...content } = resource.object;
  const wider = merged(before.object, resource.object, undefined) ?? resource.object;
  const metadata = own(behavior === 'merge' ? wider : before.object, 'metadata') ?? {};
  const name = { ...(isObject(metadata) ? metadata : {}), name: nameOf(before) };
  resources[at] = { ...before, object: { ...(behavior === 'merge' ? wider : content), metadata: name } };
}

function* transformed(
  sys: Sys,
  folder: string,
  kustomization: JsonObject,
  resources: readonly Resource[],
): Blocking<readonly Resource[]> {
  let list = resources;
  for (const patch of yield* patchesOf(sys, folder, kustomization)) list = patched(list, patch);
  const accounts = new Set(list.filter((each) => kindOf(each) === 'ServiceAccount').map(nameOf));
  const map = (key: string): JsonObject => {
    const value = own(kustomization, key);
    return isObject(value) ? value : {};
  };
  return list
    .map((each) => withNamespace(each, textAt(kustomization, 'namespace'), accounts))
    .map((each) => withAffixes(each, textAt(kustomization, 'namePrefix'), textAt(kustomization, 'nameSuffix')))
    .map((each) => objects(kustomization, 'labels').reduce(labelled, each))
    .map((each) => withLabels(each, map('commonLabels'), 'selectors'))
    .map((each) => withAnnotations(each, map('commonAnnotations')))
    .map((each) => withReplicas(each, objects(kustomization, 'replicas')))
    .map((each) => withImages(each, [...objects(kustomization, 'images'), ...objects(kustomization, 'imageTags')]));
}

function labelled(resource: Resource, entry: JsonObject): Resource {
  const pairs = own(entry, 'pairs');
  const reach: LabelReach =
    entry['includeSelectors'] === true ? 'selectors' : entry['includeTemplates'] === true ? 'templates' : 'metadata';
  return isObject(pairs) ? withLabels(resource, pairs, reach) : resource;
}

function* patchesOf(sys: Sys, folder: string, kustomization: JsonObject): Blocking<readonly Patch[]> {
  const found: Patch[] = [];
  for (const given of texts(kustomization, 'patchesStrategicMerge')) {
    const inline = given.includes('\n');
    found.push(...patchesIn(inline ? given : yield* patchText(sys, folder, given), undefined));
  }
  for (const key of ['patches', 'patchesJson6902']) {
    for (const entry of objects(kustomization, key)) {
      const path = textAt(entry, 'path');
      const target = own(entry, 'target');
      const text = path === '' ? textAt(entry, 'patch') : yield* patchText(sys, folder, path);
      found.push(...patchesIn(text, isObject(target) ? target : undefined));
    }
  }
  return found;
}

function* patchText(sys: Sys, folder: string, path: string): Blocking<string> {
  const full = resolvePath(folder, path);
  if (statOf(sys, full) === undefined) {
    const reason = `evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`;
    const config = `trouble configuring builtin PatchTransformer with config: \`\npath: ${path}\n\``;
    throw new Error(`${config}: failed to get the patch file from path(${path}): ${reason}`);
  }
  return yield* readText(sys, full);
}

function patchesIn(text: string, target: JsonObject | undefined): readonly Patch[] {
  const value = text.trimStart().startsWith('---') ? undefined : firstValue(text);
  if (isArray(value)) {
    if (target === undefined) throw new Error('must specify a target for JSON patch');
    return [{ operations: value, target }];
  }
  return objectsIn(text).map((part) => ({ part, target }));
}

function firstValue(text: string): JsonValue | undefined {
  try {
    return parseYaml(text);
  } catch {
    return undefined;
  }
}
