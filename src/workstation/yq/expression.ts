// Expressions of yq (mikefarah's, v4), read as programs of jq: most of the two languages is the same. What differs is rewritten or
// defined here; what neither of them has is refused by the reader.

import { readProgram } from '../../../sandbox/machine/programs/jq/jq.ts';
import { JqSyntaxError } from '../../../sandbox/machine/programs/jq/lex.ts';
import type { Filter } from '../../../sandbox/machine/programs/jq/tree.ts';

/** Where an input comes from, as `fi` and `di` tell it: variables of every program. */
export const FILE_INDEX = '__fi';
export const DOCUMENT_INDEX = '__di';
export const FILE_NAME = '__filename';

/** What yq calls otherwise, or does otherwise. */
const DEFINITIONS = `
def fi: $${FILE_INDEX}; def fileIndex: fi; def file_index: fi;
def di: $${DOCUMENT_INDEX}; def documentIndex: di; def document_index: di;
def filename: $${FILE_NAME};
def tag: if type == "object" then "!!map" elif type == "array" then "!!seq" elif type == "string" then "!!str"
  elif type == "boolean" then "!!bool" elif type == "null" then "!!null" elif . == floor then "!!int" else "!!float" end;
def kind: if type == "object" then "map" elif type == "array" then "seq" else "scalar" end;
def type: tag;
def keys: keys_unsorted;
def upcase: ascii_upcase; def downcase: ascii_downcase;
def filter(f): map(select(f));
def any_c(f): any(.[]; f); def all_c(f): all(.[]; f);
def first(f): [.[] | select(f)][0];
def with(p; f): p |= f;
def pick($keys): . as $all | reduce $keys[] as $key (if tag == "!!seq" then [] else {} end;
  if ($all | has($key)) then (if tag == "!!seq" then . + [$all[$key]] else .[$key] = $all[$key] end) else . end);
def omit($keys): delpaths([$keys[] | [.]]);
def sub($regex; $by): gsub($regex; $by);
def to_json: tojson; def from_json: fromjson;
def to_number: tonumber; def to_string: tostring;
def sort_keys(f): f |= (to_entries | sort_by(.key) | from_entries);
`;

export interface Environment {
  readonly get: (name: string) => string | undefined;
  /** A YAML value as JSON. */
  readonly asJson: (yaml: string) => string;
}

/** An expression, apart from the definitions that it stands on. */
export interface Expression {
  readonly body: Filter;
  /** A part of it with these definitions: what can be run. */
  readonly whole: (part: Filter) => Filter;
}

/** Throws a JqSyntaxError. */
export function readExpression(text: string, environment: Environment): Expression {
  const ours = gathered(
    text
      .split(/("(?:[^"\\]|\\.)*")/)
      .map((part, i) => (i % 2 === 1 ? part : rewritten(part, environment)))
      .join(''),
  );
  const read = readProgram(`${DEFINITIONS} ${ours.trim() === '' ? '.' : ours}`);
  const definitions: (Filter & { op: 'define' })[] = [];
  let body = read;
  for (; body.op === 'define'; body = body.body) definitions.push(body);
  return {
    body: adapted(body),
    whole: (part) =>
      definitions.reduceRight<Filter>((inner, { definition }) => ({ op: 'define', definition, body: inner }), part),
  };
}

/** Keys may have dashes, dots aside; variables of the environment are values. */
function rewritten(code: string, { get, asJson }: Environment): string {
  return code
    .replace(/\.([A-Za-z_]\w*(?:[-/@]\w+)+)/g, (_, name: string) => `.${JSON.stringify(name)}`)
    .replace(/\b(str)?env\(\s*(\w+)\s*\)/g, (_, text: string | undefined, name: string) => {
      const value = get(name);
      if (value === undefined) throw new JqSyntaxError(`Value for env variable '${name}' not provided in env()`);
      return text === undefined ? asJson(value) : JSON.stringify(value);
    });
}

/** `SOURCE as $x ireduce (INIT; UPDATE)`. */
function gathered(code: string): string {
  const found = /^(.*?)\s+as\s+(\$\w+)\s+ireduce\s*(\(.*)$/s.exec(code);
  return found === null ? code : `reduce (${found[1]}) as ${found[2]} ${found[3]}`;
}

/** Looking into what has no parts finds nothing, and texts compare with patterns. */
function adapted(filter: Filter): Filter {
  const changed = Object.fromEntries(Object.entries(filter).map(([name, part]) => [name, adaptedPart(part)])) as Filter;
  if (changed.op === 'index' || changed.op === 'each') return { op: 'try', body: changed, caught: undefined };
  const pattern = changed.op === 'binary' && /^[!=]=$/.test(changed.sign) ? patternOf(changed.right) : undefined;
  if (changed.op !== 'binary' || pattern === undefined) return changed;
  const fits: Filter = {
    op: 'pipe',
    left: { op: 'pipe', left: changed.left, right: { op: 'call', name: 'tostring', args: [] } },
    right: { op: 'call', name: 'test', args: [{ op: 'literal', value: pattern }] },
  };
  return changed.sign === '==' ? fits : { op: 'pipe', left: fits, right: { op: 'call', name: 'not', args: [] } };
}

function adaptedPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(adaptedPart);
  return typeof part === 'object' && part !== null && 'op' in part ? adapted(part as Filter) : part;
}

/** A text with `*` or `?` in it as a regular expression; undefined for all else. */
function patternOf(filter: Filter): string | undefined {
  const text = textIn(filter);
  if (text === undefined || !/[*?]/.test(text)) return undefined;
  const regex = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return `^${regex}$`;
}

function textIn(filter: Filter): string | undefined {
  if (filter.op === 'literal') return typeof filter.value === 'string' ? filter.value : undefined;
  if (filter.op !== 'text' || filter.format !== undefined) return undefined;
  return filter.parts.every((part) => typeof part === 'string') ? filter.parts.join('') : undefined;
}
