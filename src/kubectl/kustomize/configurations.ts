// `configurations` and `crds`: where in objects of the learner's own kinds names, labels, images and the like stand, beside the
// places that kustomize knows.

import { isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { misfitsOf, type Struct } from '../text/goshape.ts';
import { parseYaml } from '../text/yaml.ts';
import { readBeside } from './loading.ts';
import { objects, textAt, texts } from './paths.ts';
import { type Place, placesOf } from './transform.ts';

/** What a configuration may have places for. */
const SUBJECTS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'commonAnnotations',
  'varReference',
  'images',
  'replicas',
] as const;

type Subject = (typeof SUBJECTS)[number];

/** Places at which the name of an object of a kind stands. */
export interface NameReference {
  readonly kind: string;
  readonly places: readonly Place[];
}

export interface Configuration {
  readonly places: Readonly<Record<Subject, readonly Place[]>>;
  readonly nameReferences: readonly NameReference[];
}

const fieldSpec: Struct = {
  name: 'types.FieldSpec',
  fields: { group: 'string', version: 'string', kind: 'string', path: 'string', create: 'bool' },
};
const backReference: Struct = {
  name: 'builtinconfig.NameBackReferences',
  fields: { group: 'string', version: 'string', kind: 'string', fieldSpecs: { items: fieldSpec } },
};
const transformerConfig: Struct = {
  name: 'builtinconfig.TransformerConfig',
  fields: {
    ...Object.fromEntries(SUBJECTS.map((subject) => [subject, { items: fieldSpec }])),
    nameReference: { items: backReference },
  },
};

/** What the files of a kustomization say, together. */
export function* configurationOf(sys: Sys, folder: string, kustomization: JsonObject): Blocking<Configuration> {
  const files: JsonObject[] = [];
  for (const path of texts(kustomization, 'configurations')) {
    files.push(configIn(yield* readBeside(sys, folder, path)));
  }
  const placesFor = (subject: Subject): readonly Place[] => placesOf(files.flatMap((file) => objects(file, subject)));
  const subjects = SUBJECTS.map((subject) => [subject, placesFor(subject)] as const);
  const crds = yield* crdReferences(sys, folder, texts(kustomization, 'crds'));
  return {
    places: Object.fromEntries(subjects) as Configuration['places'],
    nameReferences: [...files.flatMap(referencesIn), ...crds],
  };
}

function referencesIn(file: JsonObject): readonly NameReference[] {
  return objects(file, 'nameReference').map((each) => ({
    kind: textAt(each, 'kind'),
    places: placesOf(objects(each, 'fieldSpecs')),
  }));
}

function configIn(text: string): JsonObject {
  const value = yamlOf(text);
  const [misfit] = misfitsOf(value, transformerConfig);
  if (misfit !== undefined) {
    const problem = misfit.what === 'unknown' ? `json: unknown field "${misfit.key}"` : misfit.message;
    throw new Error(`error unmarshaling JSON: while decoding JSON: ${problem}`);
  }
  return isObject(value) ? value : {};
}

function yamlOf(text: string): JsonValue {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(`error converting YAML to JSON: ${asError(error).message}`);
  }
}

// ── crds ──

/** Which field of an object of a definition names an object: `x-kubernetes-object-ref-kind` beside its name. */
function* crdReferences(sys: Sys, folder: string, files: readonly string[]): Blocking<readonly NameReference[]> {
  const found: NameReference[] = [];
  try {
    for (const file of files) found.push(...referencesOf(definitionsIn(yield* readBeside(sys, folder, file), file)));
  } catch (error) {
    throw new Error(`loading CRDs [${files.join(' ')}]: ${asError(error).message}`);
  }
  return found;
}

function definitionsIn(text: string, file: string): JsonObject {
  const value = yamlOf(text);
  const wrong = isObject(value) ? Object.values(value).find((each) => !isObject(each)) : value;
  if (wrong !== undefined) {
    const type = typeof wrong === 'object' ? 'array' : typeof wrong;
    const problem = `json: cannot unmarshal ${type} into Go value of type accumulator.OpenAPIDefinition`;
    const why = `error unmarshaling JSON: while decoding JSON: ${problem}`;
    throw new Error(`unable to parse open API definition from '${file}': ${why}`);
  }
  return isObject(value) ? value : {};
}

/** Kinds are definitions with `kind`, `apiVersion` and `metadata`; what they hold is looked for by its reference. */
function referencesOf(definitions: JsonObject): readonly NameReference[] {
  return Object.entries(definitions).flatMap(([name, definition]) => {
    const fields = propertiesOf(definition);
    const isKind = ['kind', 'apiVersion', 'metadata'].every((field) => own(fields, field) !== undefined);
    return isKind ? referencesBelow(definitions, fields, name.slice(name.lastIndexOf('.') + 1), []) : [];
  });
}

function propertiesOf(definition: JsonValue | undefined): JsonObject {
  const schema = isObject(definition) ? (own(definition, 'Schema') ?? own(definition, 'schema')) : undefined;
  const fields = isObject(schema) ? own(schema, 'properties') : undefined;
  return isObject(fields) ? fields : {};
}

/** Definitions may refer to themselves. */
const DEEPEST = 12;

function referencesBelow(
  definitions: JsonObject,
  fields: JsonObject,
  kind: string,
  path: readonly string[],
): readonly NameReference[] {
  if (path.length > DEEPEST) return [];
  return Object.entries(fields).flatMap(([name, field]) => {
    if (!isObject(field)) return [];
    const [here, named] = [[...path, name], textAt(field, 'x-kubernetes-object-ref-kind')];
    const key = textAt(field, 'x-kubernetes-object-ref-name-key') || 'name';
    const place = { path: [...here, key].join('/'), create: false, kinds: [kind] };
    const below = propertiesOf(own(definitions, textAt(field, '$ref')));
    return [
      ...(named === '' ? [] : [{ kind: named, places: [place] }]),
      ...referencesBelow(definitions, below, kind, here),
    ];
  });
}
