// What a kustomization.yaml may say, and reading one.

import { isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { readText, statOf } from '../files.ts';
import { misfitsOf, type Shape, type Struct } from '../text/goshape.ts';
import { joinPath } from '../text/path.ts';
import { parseYaml } from '../text/yaml.ts';
import { readBeside } from './loading.ts';
import { objectAt, textAt } from './paths.ts';

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

const strings: Shape = { items: 'string' };
const pairs: Shape = { values: 'string' };

function struct(name: string, fields: Struct['fields']): Struct {
  return { name: `types.${name}`, fields };
}

/** Fields of texts. */
function named(names: string): Struct['fields'] {
  return Object.fromEntries(names.split(' ').map((name) => [name, 'string']));
}

const selector = struct('Selector', named('group version kind name namespace labelSelector annotationSelector'));
const fieldSpec = struct('FieldSpec', { ...named('group version kind path'), create: 'bool' });
const fieldOptions = struct('FieldOptions', { ...named('delimiter encoding'), index: 'int', create: 'bool' });
const patch = struct('Patch', { ...named('path patch'), target: selector, options: { values: 'bool' } });
const image = struct('Image', named('name newName tagSuffix newTag digest'));
const target = struct('TargetSelector', {
  select: selector,
  reject: { items: selector },
  fieldPaths: strings,
  options: fieldOptions,
});

const replacement = struct('Replacement', {
  source: struct('SourceSelector', {
    ...named('group version kind name namespace fieldPath'),
    options: fieldOptions,
  }),
  sourceValue: 'string',
  targets: { items: target },
});

const replacementField = struct('ReplacementField', { ...replacement.fields, path: 'string' });
const options = struct('GeneratorOptions', {
  labels: pairs,
  annotations: pairs,
  disableNameSuffixHash: 'bool',
  immutable: 'bool',
});
const generator: Struct['fields'] = {
  ...named('name namespace behavior env type'),
  literals: strings,
  files: strings,
  envs: strings,
  options,
};
const label = struct('Label', {
  pairs,
  includeSelectors: 'bool',
  includeTemplates: 'bool',
  fields: { items: fieldSpec },
});
const variable = struct('Var', {
  name: 'string',
  objref: struct('Target', named('apiVersion group version kind name namespace')),
  fieldref: struct('FieldSelector', named('fieldPath')),
});
const sortOptions = struct('SortOptions', {
  order: 'string',
  legacySortOptions: struct('LegacySortOptions', { orderFirst: strings, orderLast: strings }),
});

const kustomization = struct('Kustomization', {
  ...named('apiVersion kind namePrefix nameSuffix namespace'),
  metadata: 'any',
  openapi: pairs,
  commonLabels: pairs,
  labels: { items: label },
  commonAnnotations: pairs,
  patchesStrategicMerge: strings,
  patchesJson6902: { items: patch },
  patches: { items: patch },
  images: { items: image },
  imageTags: { items: image },
  replacements: { items: replacementField },
  replicas: { items: struct('Replica', { name: 'string', count: 'int' }) },
  vars: { items: variable },
  sortOptions,
  resources: strings,
  components: strings,
  crds: strings,
  bases: strings,
  configMapGenerator: { items: struct('ConfigMapArgs', generator) },
  secretGenerator: { items: struct('SecretArgs', generator) },
  helmGlobals: 'any',
  helmCharts: 'any',
  helmChartInflationGenerator: 'any',
  generatorOptions: options,
  configurations: strings,
  generators: strings,
  transformers: strings,
  validators: strings,
  buildMetadata: strings,
});

/** The release whose schemas are always there; others have to be given as a file. */
const OPENAPI_RELEASE = 'v1.21.2';

const FIX = "Run 'kustomize edit fix' to update your Kustomization automatically.";
const DEPRECATED: readonly (readonly [old: string, fresh: string, advice: string])[] = [
  ['bases', 'resources', FIX],
  ['commonLabels', 'labels', FIX],
  ['imageTags', 'images', FIX],
  ['patchesJson6902', 'patches', FIX],
  ['patchesStrategicMerge', 'patches', FIX],
  ['vars', 'replacements', `[EXPERIMENTAL] ${FIX}`],
];

/** The kustomization of a folder, checked. Says on standard error which of its fields are old. */
export function* readKustomization(sys: Sys, folder: string): Blocking<JsonObject> {
  const found = FILES.filter((name) => statOf(sys, joinPath(folder, name)) !== undefined);
  const [name] = found;
  if (name === undefined) {
    const [first, second, third] = FILES.map((each) => `'${each}'`);
    throw new Error(`unable to find one of ${first}, ${second} or ${third} in directory '${folder}'`);
  }
  if (found.length > 1) throw new Error(`Found multiple kustomization files under: ${folder}\n`);
  const value = parsed(yield* readText(sys, joinPath(folder, name)));
  confirmShape(value, kustomization);
  const fields = isObject(value) ? value : {};
  for (const [old, fresh, advice] of DEPRECATED) {
    const text = `# Warning: '${old}' is deprecated. Please use '${fresh}' instead. ${advice}\n`;
    if (Object.hasOwn(fields, old)) yield* sys.write(2, text);
  }
  confirmContent(fields, folder);
  return fields;
}

function parsed(text: string): JsonValue {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(`invalid Kustomization: ${asError(error).message}`);
  }
}

/** Throws for the first field that isn't known or holds what it can't. */
function confirmShape(value: JsonValue, shape: Struct): void {
  const [misfit] = misfitsOf(value, shape);
  if (misfit === undefined) return;
  const problem = misfit.what === 'unknown' ? `json: unknown field "${misfit.key}"` : misfit.message;
  throw new Error(`invalid Kustomization: ${problem}`);
}

function confirmContent(fields: JsonObject, folder: string): void {
  const content = Object.keys(fields).filter((key) => key !== 'apiVersion' && key !== 'kind');
  if (content.length === 0) throw new Error('kustomization.yaml is empty');
  const kind = textAt(fields, 'kind') || 'Kustomization';
  const version = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`;
  const given = textAt(fields, 'apiVersion') || version;
  const problems = [
    ...(kind === 'Kustomization' || kind === 'Component' ? [] : ['kind should be Kustomization or Component']),
    ...(given === version ? [] : [`apiVersion for ${kind} should be ${version}`]),
  ];
  if (problems.length > 0)
    throw new Error(`Failed to read kustomization file under ${folder}:\n${problems.join('\n')}`);
}

/** Throws for schemas that aren't there, and for those that would have to be read. */
export function* confirmSchemas(sys: Sys, folder: string, kustomization: JsonObject): Blocking<void> {
  const given = objectAt(kustomization, 'openapi');
  const [version, path] = [textAt(given, 'version'), textAt(given, 'path')];
  if (version !== '' && path !== '')
    throw new Error('Specified OpenAPI version and path must not be set at the same time');
  if (version !== '' && version !== OPENAPI_RELEASE) throw new Error('the specified OpenAPI version is not built in');
  if (path === '') return;
  yield* readBeside(sys, folder, path);
  throw new Error('invalid Kustomization: the file of field "openapi" is not read yet');
}
