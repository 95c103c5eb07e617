// kubectl's JSONPath: what `-o jsonpath`, custom columns, `--sort-by` and the columns of custom resources are written in.

import { goFloat, goJson, goSyntax, goValue, quote } from './go/text.ts';
import type { JsonValue } from './json.ts';
import type { Node } from './jsonpath/nodes.ts';
import { JsonPathError } from './jsonpath/nodes.ts';
import { parseTemplate } from './jsonpath/parse.ts';
import type { Value } from './jsonpath/values.ts';
import { type Walk, walk } from './jsonpath/walk.ts';

export { JsonPathError, type Node as JsonPathNode } from './jsonpath/nodes.ts';

/** A template, to be applied from one of its nodes on. */
export type JsonPath = { readonly nodes: readonly Node[]; readonly from: number };

export interface JsonPathOptions {
  /** Whether a field that isn't there is nothing, and not an error. */
  readonly allowMissingKeys?: boolean;
  /** Whether all numbers of the data are floating-point ones, as in objects that never were on a server. */
  readonly allFloats?: boolean;
}

/** `results` has what each text and action found; undefined stands for a null that a range walked over. */
export type Found = {
  readonly results: readonly (readonly Value[])[];
  /** What kubectl applies to the next object of the same command: a template with a range is used up by the first one. */
  readonly rest: JsonPath;
};

/** Throws JsonPathError. */
export function parseJsonPath(text: string): JsonPath {
  return { nodes: parseTemplate(text), from: 0 };
}

/** What `{.a.b}` looks like to users who leave out braces or the dot. Throws JsonPathError. */
export function relaxedJsonPath(expression: string): string {
  if (expression === '') return '';
  const inner = /^\{\.?([^{}]+)\}$/.exec(expression) ?? /^\.?([^{}]+)$/.exec(expression);
  if (inner !== null) return `{.${inner[1]}}`;
  throw new JsonPathError(
    "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
  );
}

/** Throws JsonPathError. */
export function findJsonPath(path: JsonPath, data: JsonValue, options: JsonPathOptions = {}): Found {
  const run: Run = {
    allowMissingKeys: options.allowMissingKeys ?? false,
    allFloats: options.allFloats ?? false,
    ranges: { begun: 0, inside: 0, ended: 0 },
    nodes: path.nodes,
    from: path.from,
    lastEnd: -1,
  };
  const results = find(run, data ?? undefined);
  return { results, rest: { nodes: path.nodes, from: run.from } };
}

interface Run extends Walk {
  readonly nodes: readonly Node[];
  from: number;
  /** The node where the last range ended. */
  lastEnd: number;
}

/** Applies the nodes from `run.from` up to the end of the range under way. */
function find(run: Run, data: Value): (readonly Value[])[] {
  const { ranges } = run;
  const results: (readonly Value[])[] = [];
  for (let at = run.from; at < run.nodes.length; at++) {
    const node = run.nodes[at];
    if (node === undefined) break;
    const values = walk(run, [data], node);
    if (ranges.ended > 0 && ranges.ended <= ranges.inside) {
      ranges.ended--;
      run.lastEnd = at;
      break;
    }
    if (ranges.begun === 0) {
      results.push(values);
      continue;
    }
    results.push(...findInRange(run, values, at + 1));
    at = Math.max(at, run.lastEnd);
  }
  return results;
}

/** A range without values is walked through as well, to find its end. */
function findInRange(run: Run, values: readonly Value[], from: number): (readonly Value[])[] {
  run.ranges.begun--;
  run.ranges.inside++;
  const results = (values.length > 0 ? values : [undefined]).flatMap((value) => {
    run.from = from;
    return find(run, value ?? undefined);
  });
  run.ranges.inside--;
  return values.length > 0 ? results : [];
}

/** What `-o jsonpath` writes for one object. */
export function printJsonPath(found: Found, options: JsonPathOptions = {}): string {
  return found.results.map((values) => printResults(values, options)).join('');
}

/** What kubectl says, behind `error: `, of a template that failed on an object. */
export function jsonPathFailure(template: string, error: JsonPathError, data: JsonValue): string {
  return (
    `error executing jsonpath ${quote(template)}: Error executing template: ${error.message}. ` +
    `Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n` +
    `\tobject given to jsonpath engine was:\n\t\t${goSyntax(data)}\n\n\n`
  );
}

/** Results of one action, a blank between them. */
export function printResults(values: readonly Value[], options: JsonPathOptions = {}): string {
  return values.map((value) => printed(value, options.allFloats ?? false)).join(' ');
}

function printed(value: Value, allFloats: boolean): string {
  if (value === undefined) return '<no value>';
  if (value === null) return 'null';
  if (typeof value === 'object') return goJson(value, 'sorted');
  return allFloats && (typeof value === 'number' || typeof value === 'bigint')
    ? goFloat(Number(value))
    : goValue(value);
}
