// Generators and transformers that are objects of their own: those that kustomize itself has (`apiVersion: builtin`).

import { isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { type Generated, generate } from './generators.ts';
import { objectsIn, readResources } from './loading.ts';
import { objectAt, objects, textAt, texts } from './paths.ts';
import { jsonPatchOf, patchOf, placed, replacementFile, type Step } from './pipeline.ts';
import { withReplacement } from './replacements.ts';
import { idText } from './resource.ts';
import { placesOf, withAffixes, withEntries, withImages, withReplicas } from './transform.ts';

/** A generator or transformer, and the file that it lies in, if it isn't written in the kustomization itself. */
export interface Plugin {
  readonly config: JsonObject;
  readonly file: string | undefined;
}

/** The objects that a field names or holds. */
export function* pluginsOf(
  sys: Sys,
  folder: string,
  kustomization: JsonObject,
  field: 'generators' | 'transformers' | 'validators',
): Blocking<readonly Plugin[]> {
  const found: Plugin[] = [];
  for (const given of texts(kustomization, field)) {
    const file = given.includes('\n') ? undefined : given;
    const configs = file === undefined ? objectsIn(given) : yield* readResources(sys, folder, file);
    found.push(...configs.map((config) => ({ config, file })));
  }
  return found;
}

/** What a transformer of its own does. */
export function* transformerStep(sys: Sys, folder: string, config: JsonObject): Blocking<Step> {
  const make = builtin(config, TRANSFORMERS);
  try {
    return yield* make({ sys, folder, config });
  } catch (error) {
    throw new Error(`plugin ${pluginId(config)} fails configuration: ${asError(error).message}`);
  }
}

export function* generatorPlugin(
  sys: Sys,
  folder: string,
  config: JsonObject,
  shared: JsonObject,
): Blocking<Generated> {
  const kind = inLoading(() => builtin(config, GENERATORS));
  return yield* generate(sys, folder, kind, { ...config, name: textAt(config, 'metadata/name') }, shared);
}

function inLoading<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    throw new Error(`loading generator plugins: failed to load generator: ${asError(error).message}`);
  }
}

/** Helm is no part of kubectl: the plugin would run it. */
const HELM = 'HelmChartInflationGenerator';

function pluginId(config: JsonObject): string {
  return idText({ object: config, names: [], hashed: false });
}

function builtin<T>(config: JsonObject, known: Readonly<Record<string, T>>): T {
  const [kind, apiVersion] = [textAt(config, 'kind'), textAt(config, 'apiVersion')];
  if (apiVersion !== 'builtin') {
    throw new Error(`external plugins disabled; unable to load external plugin '${kind}'`);
  }
  if (kind === HELM) throw new Error(`plugin ${pluginId(config)} fails configuration: must specify --enable-helm`);
  const found = own(known, kind);
  if (found === undefined) throw new Error(`unable to load builtin ${kind}.builtin.[noGrp]`);
  return found;
}

const GENERATORS: Readonly<Record<string, 'ConfigMap' | 'Secret'>> = {
  ConfigMapGenerator: 'ConfigMap',
  SecretGenerator: 'Secret',
};

interface Context {
  readonly sys: Sys;
  readonly folder: string;
  readonly config: JsonObject;
}

type Transformer = (context: Context) => Blocking<Step>;

function affixes({ config }: Context): Step {
  return (resources) => resources.map((each) => withAffixes(each, textAt(config, 'prefix'), textAt(config, 'suffix')));
}

function entries(field: string): (context: Context) => Step {
  return ({ config }) => {
    const places = placesOf(objects(config, 'fieldSpecs'));
    return (resources) => resources.map((each) => withEntries(each, objectAt(config, field), places));
  };
}

function at(make: (context: Context) => Step): Transformer {
  return function* (context) {
    return make(context);
  };
}

const TRANSFORMERS: Readonly<Record<string, Transformer>> = {
  PrefixTransformer: at(affixes),
  SuffixTransformer: at(affixes),
  PrefixSuffixTransformer: at(affixes),
  LabelTransformer: at(entries('labels')),
  AnnotationsTransformer: at(entries('annotations')),
  NamespaceTransformer: at(
    ({ config }) =>
      (resources) =>
        placed(resources, textAt(config, 'metadata/namespace')),
  ),
  ImageTagTransformer: at(
    ({ config }) =>
      (resources) =>
        resources.map((each) => withImages(each, [objectAt(config, 'imageTag')])),
  ),
  ReplicaCountTransformer: at(
    ({ config }) =>
      (resources) =>
        withReplicas(resources, objectAt(config, 'replica')),
  ),
  PatchTransformer: ({ sys, folder, config }) => patchOf(sys, folder, config),
  PatchJson6902Transformer: ({ sys, folder, config }) => jsonPatchOf(sys, folder, config),
  *ReplacementTransformer({ sys, folder, config }) {
    const found: JsonObject[] = [];
    for (const entry of objects(config, 'replacements')) {
      const path = textAt(entry, 'path');
      found.push(...(path === '' ? [entry] : yield* replacementFile(sys, folder, path)));
    }
    return (resources) => found.filter(isObject).reduce(withReplacement, resources);
  },
};
