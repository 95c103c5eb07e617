// An explanation of a kind or of one of its fields, from the schemas of an OpenAPI v3 document: pure.

import { goValue, sortedKeys } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../../sandbox/kube/json.ts';
import { wrapText } from '../../text/wrap.ts';

interface Source {
  readonly document: JsonObject;
  /** Fields of fields, too, each on one line. */
  readonly recursive: boolean;
}

/** Undefined when the kind has no such field. */
export function explanation(source: Source, schema: JsonObject, path: readonly string[]): string | undefined {
  return output(source, schema, path, new Set()) || undefined;
}

function referenceOf(schema: JsonObject): string {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? reference : '';
}

function target({ document }: Source, reference: string): JsonObject | undefined {
  if (!reference.startsWith('#')) return undefined;
  let at: JsonValue | undefined = document;
  for (const key of reference.slice(1).split('/')) {
    if (key !== '') at = isObject(at) ? own(at, key) : undefined;
  }
  return isObject(at) ? at : undefined;
}

function resolved(source: Source, schema: JsonObject): JsonObject {
  return target(source, referenceOf(schema)) ?? schema;
}

function objectIn(schema: JsonObject, field: string): JsonObject | undefined {
  const value = schema[field];
  return isObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

function allOf(schema: JsonObject): readonly JsonObject[] {
  const list = schema['allOf'];
  return isArray(list) ? list.filter(isObject) : [];
}

function textIn(schema: JsonObject, field: string): string {
  const value = schema[field];
  return typeof value === 'string' ? value : '';
}

function indent(amount: number, text: string): string {
  const pad = ' '.repeat(amount);
  return pad + text.replaceAll('\n', `\n${pad}`);
}

/** Follows the path and explains what it leads to; empty when it leads nowhere. */
function output(source: Source, schema: JsonObject, path: readonly string[], seen: ReadonlySet<string>): string {
  const reference = referenceOf(schema);
  const here = resolved(source, schema);
  const [first, ...rest] = path;
  if (first === undefined) return explained(source, here);
  if (reference !== '' && seen.has(reference)) return '';
  const history = new Set([...seen, reference]);
  const property = own(objectIn(here, 'properties') ?? {}, first);
  if (isObject(property)) {
    const title = rest.length > 0 ? '' : `FIELD: ${first} <${typeText(source, property)}>\n${enumLines(property)}\n\n`;
    return title + output(source, property, rest, new Set());
  }
  const inner = objectIn(here, 'items') ?? objectIn(here, 'additionalProperties');
  if (inner !== undefined) return output(source, inner, path, history);
  for (const each of allOf(here)) {
    const text = output(source, each, path, history);
    if (text !== '') return text;
  }
  return '';
}

function explained(source: Source, schema: JsonObject): string {
  const text = description(source, schema) || '<empty>';
  const docs = externalDocs(objectIn(schema, 'externalDocs'), 0);
  const fields = fieldList(source, schema, 1, new Set());
  return [
    `DESCRIPTION:\n${indent(4, wrapText(text, 76))}\n`,
    docs === '' ? '' : `\n${docs}`,
    fields === '' ? '' : `FIELDS:\n${fields}`,
  ].join('');
}

function externalDocs(docs: JsonObject | undefined, amount: number): string {
  if (docs === undefined) return '';
  const [text, url] = [textIn(docs, 'description'), textIn(docs, 'url')];
  const lines = [
    indent(amount, 'EXTERNAL DOCS:'),
    ...(text === '' ? [] : [indent(amount + 4, wrapText(text, 76 - amount))]),
    ...(url === '' ? [] : [indent(amount + 4, `URL: ${url}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Of the schema and of all that it is made of. */
function description(source: Source, schema: JsonObject): string {
  const here = resolved(source, schema);
  const own = textIn(here, 'description');
  const inner = [objectIn(here, 'items'), objectIn(here, 'additionalProperties')];
  const first = own === '' ? '' : `${own}\n`;
  const more = [
    ...allOf(here).map((each) => description(source, each)),
    ...inner.map((each) => (each === undefined ? '' : description(source, each))),
  ];
  return [first, ...more].join('');
}

function fieldList(source: Source, schema: JsonObject, level: number, seen: ReadonlySet<string>): string {
  const reference = referenceOf(schema);
  if (reference !== '' && seen.has(reference)) return '';
  const history = new Set([...seen, reference]);
  const here = resolved(source, schema);
  const properties = objectIn(here, 'properties') ?? {};
  const own = sortedKeys(properties).map((name) => {
    const property = properties[name];
    if (!isObject(property)) return '';
    const below = source.recursive ? fieldList(source, property, level + 1, history) : '';
    return fieldText(source, here, name, property, level) + below;
  });
  const others = [...allOf(here), objectIn(here, 'items'), objectIn(here, 'additionalProperties')];
  return [...own, ...others.map((each) => (each === undefined ? '' : fieldList(source, each, level, history)))].join(
    '',
  );
}

function fieldText(source: Source, schema: JsonObject, name: string, field: JsonObject, level: number): string {
  const amount = level * 2;
  const { required } = schema;
  const mark = isArray(required) && required.includes(name) ? ' -required-' : '';
  const title = `${indent(amount, name)}\t<${typeText(source, field)}>${mark}${shortEnum(field, amount)}\n`;
  if (source.recursive) return title;
  const text = textIn(field, 'description') || '<no description>';
  const docs = externalDocs(objectIn(field, 'externalDocs'), amount + 2);
  return `${title}${indent(amount + 2, wrapText(text, 78 - amount))}\n${docs === '' ? '' : `\n${docs}`}\n`;
}

/** `string`, `[]Container`, `map[string]string` */
function typeText(source: Source, schema: JsonObject): string {
  const [items, values] = [objectIn(schema, 'items'), objectIn(schema, 'additionalProperties')];
  if (items !== undefined) return `[]${typeText(source, items)}`;
  if (values !== undefined) return `map[string]${typeText(source, values)}`;
  const [only, ...others] = allOf(schema);
  if (only !== undefined && others.length === 0 && objectIn(schema, 'properties') === undefined) {
    return typeText(source, only);
  }
  const reference = referenceOf(schema);
  if (reference !== '') {
    const type = textIn(target(source, reference) ?? {}, 'type');
    if (type !== '' && type !== 'object') return type;
    return reference.split('/').at(-1)?.split('.').at(-1) || 'Object';
  }
  const type = textIn(schema, 'type');
  return type === 'object' || type === '' ? 'Object' : type;
}

function enumValues({ enum: values }: JsonObject): readonly string[] {
  return isArray(values) ? values.map((value) => (value === '' ? '""' : goValue(value))) : [];
}

const SHORT_LIMIT = 4;

function shortEnum(field: JsonObject, amount: number): string {
  const values = enumValues(field);
  if (values.length === 0) return '';
  const more = values.length > SHORT_LIMIT ? ', ....' : '';
  return `\n${indent(amount, '')}enum: ${values.slice(0, SHORT_LIMIT).join(', ')}${more}`;
}

function enumLines(field: JsonObject): string {
  const values = enumValues(field);
  return values.length === 0 ? '' : `ENUM:${values.map((value) => `\n    ${value}`).join('')}`;
}
