// replacements: a field of one resource, or a fixed text, is copied to fields of others.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { resolve } from '../../../sandbox/schema/yaml/resolve.ts';
import { asError } from '../errors.ts';
import { changeFields, type FieldChange, scalarText, splitPath, valueAt } from './fieldpath.ts';
import { isTarget } from './patches.ts';
import { textAt } from './paths.ts';
import { gvkOf, idOf, isCalled, type Resource } from './resource.ts';

/** The resources after one replacement. Throws when its source or a target isn't there. */
export function withReplacement(resources: readonly Resource[], replacement: JsonObject): readonly Resource[] {
  const targets = own(replacement, 'targets');
  const [source, fixed] = [own(replacement, 'source'), own(replacement, 'sourceValue')];
  if ((source === undefined && fixed === undefined) || !isArray(targets)) {
    throw new Error('replacements must specify a source and at least one target');
  }
  if (source !== undefined && fixed !== undefined) {
    throw new Error('value and resource selectors are mutually exclusive');
  }
  const value = fixed ?? sourceValue(resources, isObject(source) ? source : {});
  return targets.filter(isObject).reduce((list, target) => withTarget(list, target, value), resources);
}

function sourceValue(resources: readonly Resource[], source: JsonObject): JsonValue {
  const found = resources.filter((each) => isSource(each, source));
  const id = idOf({
    group: textAt(source, 'group'),
    version: textAt(source, 'version'),
    kind: textAt(source, 'kind'),
    name: textAt(source, 'name'),
    namespace: textAt(source, 'namespace'),
  });
  if (found.length > 1) throw new Error(`multiple matches for selector ${id}`);
  const [resource] = found;
  if (resource === undefined) throw new Error(`nothing selected by ${id}`);
  const path = textAt(source, 'fieldPath') || DEFAULT_PATH;
  const value = valueAt(resource.object, splitPath(path));
  if (value === undefined || value === null || isEmpty(value)) {
    throw new Error(`fieldPath \`${path}\` is missing for replacement source ${id}`);
  }
  return refined(value, optionsOf(source));
}

const DEFAULT_PATH = 'metadata.name';

function isSource(resource: Resource, source: JsonObject): boolean {
  const gvk = gvkOf(resource);
  const same = (field: string, text: string): boolean => [text, ''].includes(textAt(source, field));
  const name = textAt(source, 'name');
  return (
    same('group', gvk.group) &&
    same('version', gvk.version) &&
    same('kind', gvk.kind) &&
    (name === '' || isCalled(resource, name)) &&
    same('namespace', textAt(resource.object, 'metadata/namespace'))
  );
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

interface Options {
  readonly delimiter: string;
  readonly index: number;
  readonly create: boolean;
}

function optionsOf(holder: JsonObject): Options {
  const given = own(holder, 'options');
  const options = isObject(given) ? given : {};
  const index = own(options, 'index');
  return {
    delimiter: textAt(options, 'delimiter'),
    index: typeof index === 'number' ? index : 0,
    create: own(options, 'create') === true,
  };
}

/** One of the parts that a delimiter makes of the source. */
function refined(value: JsonValue, { delimiter, index }: Options): JsonValue {
  if (delimiter === '') return value;
  const text = scalarOnly(value);
  const part = text.split(delimiter)[index];
  if (part === undefined) throw new Error(`options.index ${index} is out of bounds for value ${text}`);
  return part;
}

function scalarOnly(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return scalarText(value);
  throw new Error('delimiter option can only be used with scalar nodes');
}

function withTarget(resources: readonly Resource[], target: JsonObject, value: JsonValue): readonly Resource[] {
  const select = own(target, 'select');
  if (!isObject(select)) throw new Error('target must specify resources to select');
  const rejected = own(target, 'reject');
  const rejects = isArray(rejected) ? rejected.filter(isObject) : [];
  return resources.map((each) =>
    isTarget(each, select) && !rejects.some((reject) => isTarget(each, reject)) ? filled(each, target, value) : each,
  );
}

function filled(resource: Resource, target: JsonObject, value: JsonValue): Resource {
  const given = own(target, 'fieldPaths');
  const paths = isArray(given) && given.length > 0 ? given.map(String) : [DEFAULT_PATH];
  const options = optionsOf(target);
  return paths.reduce((each, path) => withField(each, path, options, copied(value, options)), resource);
}

function withField(resource: Resource, path: string, { create }: Options, change: FieldChange): Resource {
  const what = create ? 'find or create' : 'find';
  const problem = `unable to ${what} field "${path}" in replacement target`;
  const { value, count } = changed(resource, path, create, change, problem);
  if (count === 0) throw new Error(problem);
  // Those who name it aren't told of a new name.
  return isObject(value) ? { ...resource, object: value } : resource;
}

function changed(
  { object }: Resource,
  path: string,
  create: boolean,
  change: FieldChange,
  problem: string,
): ReturnType<typeof changeFields> {
  try {
    return changeFields(object, splitPath(path), create, change);
  } catch (error) {
    if (error instanceof ValueTypeError) throw error;
    throw new Error(`${problem}: ${asError(error).message}`);
  }
}

/** A value that the field can't take: its message stands alone. */
class ValueTypeError extends Error {}

/** Texts stay texts; what was something else becomes what the new text means. */
function copied(value: JsonValue, { delimiter, index }: Options): FieldChange {
  return (old) => {
    if (delimiter !== '' && typeof old === 'object' && old !== null) {
      throw new ValueTypeError('delimiter option can only be used with scalar nodes');
    }
    if (typeof old === 'object' && old !== null) return value;
    if (old === undefined && typeof value === 'object') return value;
    const text = delimiter === '' ? scalarText(value) : replacedPart(scalarText(old ?? ''), delimiter, index, value);
    if (typeof old === 'string') return text;
    const [tag, fresh] = resolve(text);
    if (typeof old === 'number' && typeof fresh !== 'number') {
      throw new ValueTypeError(`map[string]interface {}(nil): yaml: cannot decode !!${tag} \`${text}\` as a !!int`);
    }
    return fresh;
  };
}

function replacedPart(old: string, delimiter: string, index: number, value: JsonValue): string {
  const parts = old.split(delimiter);
  const part = scalarText(value);
  if (index < 0) return [part, ...parts].join(delimiter);
  return (index >= parts.length ? [...parts, part] : parts.with(index, part)).join(delimiter);
}
