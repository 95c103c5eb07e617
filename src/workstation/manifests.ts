// Whether a file holds what Kubernetes can read: its YAML, and the fields of every kind of Kubernetes' own, by the rules and in the
// words of the server's strict validation, with the line and column at which they stand. For editors; it never refuses a file.

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { isObject, own } from '../../sandbox/kube/json.ts';
import { decode } from '../../sandbox/schema/decode/decode.ts';
import { kindIn } from '../../sandbox/schema/decode/kind.ts';
import { Refusal } from '../../sandbox/schema/decode/refusal.ts';
import { DecodingError } from '../../sandbox/schema/errors.ts';
import { kindType } from '../../sandbox/schema/schema.ts';
import { type ParsedYaml, parseYaml } from '../../sandbox/schema/yaml/parse.ts';

export interface Finding {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** More than an editor's file would be. */
const SIZE_MAX = 1024 * 1024;

/** What is wrong, from the top; nothing for files that aren't manifests. */
export function checkManifests(path: string, text: string): readonly Finding[] {
  if (!/\.(?:ya?ml|json)$/.test(path) || text.length > SIZE_MAX) return [];
  const found: Finding[] = [];
  let first = 0;
  for (const part of text.split(/^---[^\S\n]*(?:#.*)?$/m)) {
    found.push(...checkPart(part).map((each) => ({ ...each, line: each.line + first })));
    first += part.split('\n').length - 1;
  }
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

function checkPart(text: string): readonly Finding[] {
  const places = placesIn(text);
  try {
    const parsed = parseYaml(text);
    return [...keysTwice(parsed), ...fieldsOf(parsed, places)];
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    const place = error instanceof Refusal ? places.of(error.mismatch.path, error.mismatch.value) : places.broken();
    return [{ ...(place ?? lineIn(error.message)), message: error.message }];
  }
}

function keysTwice({ strict = '' }: ParsedYaml): readonly Finding[] {
  return [...strict.matchAll(/^ {2}(line (?:\d+): .*)$/gm)].map(([, message = '']) => ({
    ...lineIn(message),
    message: message.replace(/^line \d+: /, ''),
  }));
}

function fieldsOf(parsed: ParsedYaml, places: Places): readonly Finding[] {
  if (!isObject(parsed.value) || own(parsed.value, 'kind') === undefined) return [];
  const { group, version, kind } = kindIn(parsed.value);
  const type = kindType(group, version, kind)?.type;
  if (type === undefined) return [];
  return decode(parsed, type).strict.map((message) => {
    const path = /"(.*)"$/.exec(message)?.[1] ?? '';
    return { ...(places.at(path) ?? START), message };
  });
}

type Place = Pick<Finding, 'line' | 'column'>;

const START: Place = { line: 1, column: 1 };

function lineIn(message: string): Place {
  return { line: Number(/line (\d+)/.exec(message)?.[1] ?? 1), column: 1 };
}

/** Where things stand in a text. */
interface Places {
  /** The field at a path such as `spec.containers[0].image`. */
  at(path: string): Place | undefined;
  /** The first value at these names, in whichever item of lists, that is of a type as Go names it. */
  of(names: readonly string[], goType: string): Place | undefined;
  /** What can't be read as YAML. */
  broken(): Place | undefined;
}

function placesIn(text: string): Places {
  const lines = new LineCounter();
  const { contents, errors } = parseDocument(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
  const placed = (offset: number | undefined): Place | undefined => {
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return {
    at: (path) => placed(fieldAt(contents, path)),
    of: (names, goType) => placed(valueAt(contents, names, goType)),
    broken: () => placed(errors[0]?.pos[0]),
  };
}

/** The offset of a field's name. Names may have dots in them: what is there decides. */
function fieldAt(node: unknown, path: string): number | undefined {
  const [, index, rest = ''] = /^\[(\d+)\]\.?(.*)$/s.exec(path) ?? [];
  if (index !== undefined) return isSeq(node) ? fieldAt(node.items[Number(index)], rest) : undefined;
  if (!isMap(node)) return undefined;
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (path === name && isScalar(key)) return key.range?.[0];
    if (!path.startsWith(name) || !/^[.[]/.test(path.slice(name.length))) continue;
    const found = fieldAt(value, path.slice(name.length).replace(/^\./, ''));
    if (found !== undefined) return found;
  }
  return undefined;
}

function valueAt(node: unknown, names: readonly string[], goType: string): number | undefined {
  const [name, ...rest] = names;
  if (isSeq(node) && (name !== undefined || goType !== 'array'))
    return first(node.items, (item) => valueAt(item, names, goType));
  if (name === undefined) return goTypeOf(node) === goType.replace(/ .*/, '') ? (node as Node).range?.[0] : undefined;
  if (!isMap(node)) return undefined;
  return first(
    node.items.filter(({ key }) => isScalar(key) && key.value === name),
    ({ value }) => valueAt(value, rest, goType),
  );
}

function first<T>(items: readonly T[], look: (item: T) => number | undefined): number | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function goTypeOf(node: unknown): string {
  if (isMap(node)) return 'object';
  if (isSeq(node)) return 'array';
  const type = isScalar(node) ? typeof node.value : 'none';
  return type === 'boolean' ? 'bool' : type;
}
