// `-o plaintext-openapiv2`: an explanation laid out as kubectl did before OpenAPI v3, from the definitions of a v2
// document: pure.

import { quote, sortedKeys } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../../sandbox/kube/json.ts';
import { apiVersion, type GroupVersionKind } from '../../../../sandbox/kube/resource.ts';
import { filledText } from '../../text/fill.ts';

interface Source {
  readonly definitions: JsonObject;
  /** Fields of fields, too, each on one line. */
  readonly recursive: boolean;
}

/** What a schema is. What leads on (a reference, a list, a map) has the schema that it leads to. */
type Shape =
  | { readonly form: 'reference'; readonly name: string; readonly inner: JsonObject }
  | { readonly form: 'list' | 'map'; readonly inner: JsonObject }
  | Fields
  | { readonly form: 'plain'; readonly type: string }
  | { readonly form: 'anything' };

interface Fields {
  readonly form: 'fields';
  readonly fields: JsonObject;
  readonly required: readonly JsonValue[];
}

const REFERENCE = '#/definitions/';
const WIDTH = 80;
const DESCRIPTION_INDENT = 5;
const FIELD_INDENT = 3;

/** `schema` is that of the kind. Throws when it has no such field. */
export function oldExplanation(
  source: Source,
  { group, version, kind }: GroupVersionKind,
  schema: JsonObject,
  path: readonly string[],
): string {
  const { words, type, last, shape } = followed(source, fieldSchema(source, schema, path));
  const name = path.at(-1) ?? '';
  const field = shape.form === 'plain' ? `FIELD:    ${name} <${type}>\n\n` : '';
  const resource = shape.form === 'fields' && name !== '' ? `RESOURCE: ${name} <${type}>\n\n` : '';
  const title = `KIND:     ${kind}\nVERSION:  ${apiVersion({ group, version })}\n\n${field}${resource}`;
  const description = `DESCRIPTION:\n${descriptions([...words, descriptionOf(last)])}`;
  return `${title}${description}${shape.form === 'fields' ? `\nFIELDS:\n${fieldList(source, last, shape)}` : ''}`;
}

function shapeOf({ definitions }: Source, schema: JsonObject): Shape {
  const { $ref: reference, type, properties, items, additionalProperties, required } = schema;
  if (typeof reference === 'string' && reference !== '') {
    const name = reference.replace(REFERENCE, '');
    const inner = own(definitions, name);
    return isObject(inner) ? { form: 'reference', name, inner } : { form: 'anything' };
  }
  if (isObject(properties)) return { form: 'fields', fields: properties, required: isArray(required) ? required : [] };
  if (type === undefined) return { form: 'anything' };
  if (type === 'array') return { form: 'list', inner: isObject(items) ? items : {} };
  if (type !== 'object') return { form: 'plain', type: String(type) };
  // A map of anything has its own description once more for what is in it.
  const anything = { description: descriptionOf(schema) };
  return { form: 'map', inner: isObject(additionalProperties) ? additionalProperties : anything };
}

function descriptionOf({ description }: JsonObject): string {
  return typeof description === 'string' ? description : '';
}

/** The schema of a field of fields. What has no fields answers for all that might be below it. */
function fieldSchema(source: Source, schema: JsonObject, path: readonly string[]): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined) return schema;
  const shape = shapeOf(source, schema);
  if (shape.form === 'plain' || shape.form === 'anything') return schema;
  if (shape.form !== 'fields') return fieldSchema(source, shape.inner, path);
  const field = own(shape.fields, first);
  if (!isObject(field)) throw new Error(`field ${quote(first)} does not exist`);
  return fieldSchema(source, field, rest);
}

interface Followed {
  /** Descriptions of what led there. */
  readonly words: readonly string[];
  readonly type: string;
  readonly last: JsonObject;
  readonly shape: Shape;
}

/** Through references, lists and maps to what they are of. The type is that of the first list or map. */
function followed(source: Source, schema: JsonObject): Followed {
  const shape = shapeOf(source, schema);
  if (!('inner' in shape)) return { words: [], type: typeText(source, schema), last: schema, shape };
  const { words, type, last, shape: end } = followed(source, shape.inner);
  const here = shape.form === 'reference' ? type : typeText(source, schema);
  return { words: [descriptionOf(schema), ...words], type: here, last, shape: end };
}

function typeText(source: Source, schema: JsonObject): string {
  const shape = shapeOf(source, schema);
  if (shape.form === 'anything') return '';
  if (shape.form === 'fields') return 'Object';
  if (shape.form === 'plain') return shape.type;
  const inner = typeText(source, shape.inner);
  return { reference: '', list: '[]', map: 'map[string]' }[shape.form] + inner;
}

function descriptions(texts: readonly string[]): string {
  const told = texts.map((text, i) => (text === '' ? '' : (i === 0 ? '' : '\n') + indented(text, DESCRIPTION_INDENT)));
  return told.join('') || indented('<empty>', DESCRIPTION_INDENT);
}

/** In lines of the width that is left; lines without words stay empty. */
function indented(text: string, indent: number): string {
  const lines = filledText(text, WIDTH - indent);
  return lines.map((line) => `${line === '' ? '' : ' '.repeat(indent) + line}\n`).join('');
}

function fieldList(source: Source, schema: JsonObject, { fields, required }: Fields): string {
  if (source.recursive) return nestedFields(source, schema, FIELD_INDENT, new Set());
  return entriesOf(fields)
    .map(([name, field]) => {
      const mark = required.includes(name) ? ' -required-' : '';
      const title = `${' '.repeat(FIELD_INDENT)}${name}\t<${typeText(source, field)}>${mark}`;
      return `${title}\n${indented(descriptionOf(field), DESCRIPTION_INDENT)}\n`;
    })
    .join('');
}

/** `seen`: the references that led here, which aren't followed again. */
function nestedFields(source: Source, schema: JsonObject, indent: number, seen: ReadonlySet<string>): string {
  const shape = shapeOf(source, schema);
  if (shape.form === 'reference' && seen.has(shape.name)) return '';
  if (shape.form === 'reference') return nestedFields(source, shape.inner, indent, new Set([...seen, shape.name]));
  if (shape.form === 'list' || shape.form === 'map') return nestedFields(source, shape.inner, indent, seen);
  if (shape.form !== 'fields') return '';
  return entriesOf(shape.fields)
    .map(([name, field]) => {
      const title = `${' '.repeat(indent)}${name}\t<${typeText(source, field)}>\n`;
      return title + nestedFields(source, field, indent + FIELD_INDENT, seen);
    })
    .join('');
}

function entriesOf(fields: JsonObject): readonly (readonly [string, JsonObject])[] {
  return sortedKeys(fields).flatMap((name) => {
    const field = fields[name];
    return isObject(field) ? [[name, field] as const] : [];
  });
}
