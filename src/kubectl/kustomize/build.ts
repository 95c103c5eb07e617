// Building a kustomization: a folder's resources, those of the folders it stands on, what its components add, and all that
// it changes in them.

import { goJson } from '../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { statOf } from '../files.ts';
import type { Log } from '../log.ts';
import { joinPath, resolvePath } from '../text/path.ts';
import { writeYaml } from '../text/yaml.ts';
import { configurationOf, type NameReference } from './configurations.ts';
import { confirmSchemas, readKustomization } from './fields.ts';
import { type Generated, generate, withHash } from './generators.ts';
import { accumulationError, confirmFolder, missingFile, readResources } from './loading.ts';
import { merged } from './merge.ts';
import { confirmSortOptions, ordered } from './order.ts';
import {
  type BuildMetadata,
  buildMetadataOf,
  generatorOrigin,
  managedByKustomize,
  transformersOf,
  withOrigin,
  withTransformer,
} from './origins.ts';
import { objectAt, objects, textAt, texts } from './paths.ts';
import { stepsOf } from './pipeline.ts';
import { generatorPlugin, pluginsOf, transformerStep } from './plugins.ts';
import { fixReferences } from './references.ts';
import { idText, isCalled, kindOf, nameOf, type Resource } from './resource.ts';
import type { Place } from './transform.ts';
import { mergedVariables, referred, type Variable, variablesOf, withVariables } from './variables.ts';

/** All of a kustomization's resources as YAML documents. Throws what is wrong with it. */
export function* buildKustomization(sys: Sys, folder: string, log: Log): Blocking<string> {
  const root = confirmFolder(sys, folder);
  const kustomization = yield* readKustomization(sys, root);
  confirmBuildable(kustomization);
  yield* confirmSchemas(sys, root, kustomization);
  const metadata = buildMetadataOf(kustomization);
  const target: Target = { sys, root, folder: root, metadata, around: new Set() };
  const { resources, variables, nameReferences, variablePlaces } = yield* accumulate(target, kustomization, EMPTY);
  const named = fixReferences(resources.map(withHash), nameReferences);
  const resolved = withVariables(named, variables, variablePlaces);
  if (resolved.unused.length > 0) {
    const text = `well-defined vars that were never replaced: ${resolved.unused.join(',')}`;
    yield* log.info(0, 'log.go:244', text);
  }
  const kept = resolved.resources.filter((each) => !isLocal(each));
  return ordered(metadata.managedBy ? kept.map(managedByKustomize) : kept, kustomization)
    .map(({ object }) => writeYaml(object))
    .join('---\n');
}

interface Target {
  readonly sys: Sys;
  /** The folder that is built. */
  readonly root: string;
  readonly folder: string;
  readonly metadata: BuildMetadata;
  /** The folders that stand on this one. */
  readonly around: ReadonlySet<string>;
}

interface Accumulated {
  readonly resources: readonly Resource[];
  readonly variables: readonly Variable[];
  /** Places that configurations have told of. */
  readonly nameReferences: readonly NameReference[];
  readonly variablePlaces: readonly Place[];
}

const EMPTY: Accumulated = { resources: [], variables: [], nameReferences: [], variablePlaces: [] };

function confirmBuildable(kustomization: JsonObject): void {
  confirmSortOptions(kustomization);
  const [chart] = objects(kustomization, 'helmCharts');
  if (chart === undefined) return;
  const config = `\`\n${writeYaml(chart)}\``;
  throw new Error(
    `trouble configuring builtin HelmChartInflationGenerator with config: ${config}: must specify --enable-helm`,
  );
}

/** Local objects are for those who read the files. */
function isLocal({ object }: Resource): boolean {
  const annotations = own(objectAt(object, 'metadata'), 'annotations');
  const value = isObject(annotations) ? own(annotations, 'config.kubernetes.io/local-config') : undefined;
  return value !== undefined && value !== 'false';
}

/** What a kustomization makes of what is there already, which is something only for components. */
function* accumulate(target: Target, kustomization: JsonObject, before: Accumulated): Blocking<Accumulated> {
  const { sys, folder } = target;
  const configuration = yield* configurationOf(sys, folder, kustomization);
  let held = before;
  for (const path of [...texts(kustomization, 'resources'), ...texts(kustomization, 'bases')]) {
    held = yield* inWords('accumulating resources', () => withResources(target, path, held));
  }
  const resources = [...held.resources];
  for (const generated of yield* generatedBy(target, kustomization)) place(resources, generated);
  held = { ...held, resources };
  for (const path of texts(kustomization, 'components')) {
    held = yield* inWords('accumulating components', () => withComponent(target, path, held));
  }
  const steps = [...(yield* stepsOf(sys, folder, kustomization, configuration))];
  const kustomizationPath = fromRoot(target, joinPath(folder, 'kustomization.yaml'));
  const touched = (path: string, kind: string, name?: string): void => {
    if (target.metadata.transformers) steps.push((list) => list.map((each) => withTransformer(each, path, kind, name)));
  };
  for (const kind of transformersOf(kustomization)) touched(kustomizationPath, kind);
  for (const { config, file } of yield* pluginsOf(sys, folder, kustomization, 'transformers')) {
    steps.push(yield* transformerStep(sys, folder, config));
    const path = file === undefined ? kustomizationPath : fromRoot(target, file);
    touched(path, textAt(config, 'kind'), textAt(config, 'metadata/name'));
  }
  const nameReferences = [...held.nameReferences, ...configuration.nameReferences];
  const changed = fixReferences(
    steps.reduce((list, step) => step(list), held.resources),
    nameReferences,
  );
  const given = variablesOf(kustomization);
  yield* validate(sys, folder, kustomization, changed);
  return {
    resources: referred(changed, given),
    variables: withGiven(held.variables, given, kustomization),
    nameReferences,
    variablePlaces: [...held.variablePlaces, ...configuration.places.varReference],
  };
}

/** Validators are transformers that may change nothing. */
function* validate(
  sys: Sys,
  folder: string,
  kustomization: JsonObject,
  resources: readonly Resource[],
): Blocking<void> {
  for (const { config } of yield* pluginsOf(sys, folder, kustomization, 'validators')) {
    const after = (yield* transformerStep(sys, folder, config))(resources);
    const missing = resources.find((each) => !after.some((other) => idText(other) === idText(each)));
    const id = missing === undefined ? '' : `id in self missing from other; id: ${idText(missing)}`;
    const changed = resources.some(
      (each, i) => goJson(each.object, 'sorted') !== goJson(after[i]?.object ?? null, 'sorted'),
    );
    if (id !== '' || changed) throw new Error(`validator shouldn't modify the resource map: ${id || 'nodes unequal'}`);
  }
}

function* inWords<T>(doing: string, run: () => Blocking<T>): Blocking<T> {
  try {
    return yield* run();
  } catch (error) {
    throw new Error(`${doing}: ${asError(error).message}`);
  }
}

function withGiven(
  held: readonly Variable[],
  given: readonly Variable[],
  kustomization: JsonObject,
): readonly Variable[] {
  try {
    return mergedVariables(held, given);
  } catch (error) {
    const shown = objects(kustomization, 'vars').map((each) => {
      const [name, kind, path] = [
        textAt(each, 'name'),
        textAt(each, 'objref/kind'),
        textAt(each, 'fieldref/fieldPath'),
      ];
      return `{${name} ${kind || '[noKind]'}.[noVer].[noGrp] {${path}}}`;
    });
    throw new Error(`merging vars [${shown.join(' ')}]: ${asError(error).message}`);
  }
}

function* withResources(target: Target, path: string, held: Accumulated): Blocking<Accumulated> {
  const { sys, folder, metadata } = target;
  const full = resolvePath(folder, path);
  const stat = statOf(sys, full);
  if (stat === undefined) throw missingFile(folder, path);
  if (stat.type === 'directory') return yield* withFolder(target, path, full, held);
  const found = (yield* readResources(sys, folder, path)).map((object) => ({ object, names: [], hashed: false }));
  const origin = `path: ${fromRoot(target, path)}\n`;
  const fresh = metadata.origins ? found.map((each) => withOrigin(each, origin)) : found;
  try {
    return { ...held, resources: added(held.resources, fresh) };
  } catch (error) {
    const merging = `accumulation err='merging resources from '${path}': ${asError(error).message}'`;
    throw new Error(`${merging}: must build at directory: '${full}': file is not directory`);
  }
}

function fromRoot({ root, folder }: Target, path: string): string {
  const full = resolvePath(folder, path);
  return full.startsWith(`${root}/`) ? full.slice(root.length + 1) : full;
}

/** Resources together; an id can be there once. */
function added(resources: readonly Resource[], more: readonly Resource[]): readonly Resource[] {
  const ids = new Set(resources.map(idText));
  for (const each of more) {
    const id = idText(each);
    if (ids.has(id)) throw new Error(`may not add resource with an already registered id: ${id}`);
    ids.add(id);
  }
  return [...resources, ...more];
}

function* withFolder(target: Target, path: string, full: string, held: Accumulated): Blocking<Accumulated> {
  const notFile = accumulationError(path, `'${full}' must resolve to a file`);
  return yield* inWords(notFile, function* () {
    if (target.around.has(full) || full === target.folder) {
      throw new Error(`cycle detected: candidate root '${full}' contains visited root '${full}'`);
    }
    const below = yield* targetAt(target, full);
    if (isComponent(below)) throw new Error(`expected kind != 'Component' for path '${full}'`);
    const found = yield* inWords(`recursed accumulation of path '${full}'`, () =>
      accumulate(inside(target, full), below, EMPTY),
    );
    try {
      const variables = mergedVariables(held.variables, found.variables);
      return {
        ...held,
        resources: added(held.resources, found.resources),
        variables,
        nameReferences: [...held.nameReferences, ...found.nameReferences],
        variablePlaces: [...held.variablePlaces, ...found.variablePlaces],
      };
    } catch (error) {
      throw new Error(`recursed merging from path '${full}': ${asError(error).message}`);
    }
  });
}

/** A component works on all that is there. */
function* withComponent(target: Target, path: string, held: Accumulated): Blocking<Accumulated> {
  const quoted = (what: string, error: unknown): Error =>
    new Error(`${what}: ${JSON.stringify(asError(error).message)}`);
  const full = resolvePath(target.folder, path);
  try {
    confirmFolder(target.sys, full);
  } catch (error) {
    throw new Error(`loader.New ${JSON.stringify(asError(error).message)}`);
  }
  try {
    const kustomization = yield* targetAt(target, full);
    if (!isComponent(kustomization)) {
      const kind = textAt(kustomization, 'kind') || 'Kustomization';
      throw new Error(`expected kind 'Component' for path '${full}' but got '${kind}'`);
    }
    return yield* inWords(`recursed accumulation of path '${full}'`, () =>
      accumulate(inside(target, full), kustomization, held),
    );
  } catch (error) {
    throw quoted('accumulateDirectory', error);
  }
}

function targetAt({ sys }: Target, full: string): Blocking<JsonObject> {
  return inWords(`couldn't make target for path '${full}'`, () => readKustomization(sys, full));
}

function inside(target: Target, folder: string): Target {
  return { ...target, folder, around: new Set([...target.around, target.folder]) };
}

function isComponent(kustomization: JsonObject): boolean {
  return textAt(kustomization, 'kind') === 'Component';
}

function* generatedBy(target: Target, kustomization: JsonObject): Blocking<readonly Generated[]> {
  const { sys, folder, metadata } = target;
  const shared = objectAt(kustomization, 'generatorOptions');
  const made: Generated[] = [];
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    const key = kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator';
    for (const spec of objects(kustomization, key)) made.push(yield* generate(sys, folder, kind, spec, shared));
  }
  for (const { config } of yield* pluginsOf(sys, folder, kustomization, 'generators')) {
    made.push(yield* generatorPlugin(sys, folder, config, shared));
  }
  if (!metadata.origins) return made;
  const path = fromRoot(target, joinPath(folder, 'kustomization.yaml'));
  return made.map(({ resource, behavior }) => ({
    behavior,
    resource: withOrigin(resource, generatorOrigin(path, `${kindOf(resource)}Generator`)),
  }));
}

/** Merged into, or put in the place of, what the folders below made, if it says so. */
function place(resources: Resource[], { resource, behavior }: Generated): void {
  const at = resources.findIndex((each) => kindOf(each) === kindOf(resource) && isCalled(each, nameOf(resource)));
  const before = resources[at];
  const changes = behavior === 'merge' || behavior === 'replace';
  if (before === undefined) {
    if (!changes) resources.push(resource);
    else throw generatorProblem(resource, 'does not exist; cannot merge or replace');
    return;
  }
  if (!changes) {
    const shown = behavior === 'create' ? 'create' : 'unspecified';
    throw generatorProblem(resource, `exists; can not use behavior: '${shown}', behavior must be merge or replace`);
  }
  const { metadata: _, ...content } = resource.object;
  const wider = merged(before.object, resource.object, undefined) ?? resource.object;
  const metadata = objectAt(behavior === 'merge' ? wider : before.object, 'metadata');
  const name = { ...metadata, name: nameOf(before) };
  resources[at] = { ...before, object: { ...(behavior === 'merge' ? wider : content), metadata: name } };
}

function generatorProblem(resource: Resource, problem: string): Error {
  const namespace = textAt(resource.object, 'metadata/namespace');
  const gvk = `resid.Gvk{Group:"", Version:"v1", Kind:"${kindOf(resource)}", isClusterScoped:false}`;
  const id = `resid.ResId{Gvk:${gvk}, Name:"${nameOf(resource)}", Namespace:"${namespace}"}`;
  return new Error(`merging from generator: id ${id} ${problem}`);
}
