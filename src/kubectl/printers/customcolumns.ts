// `-o custom-columns=...`: a table whose columns are JSONPaths.

import { goValue } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import { findJsonPath, type JsonPath, parseJsonPath, relaxedJsonPath } from '../../../sandbox/kube/jsonpath.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { asError } from '../errors.ts';
import { readText } from '../files.ts';
import { createTabWriter, TABLE } from '../text/tabwriter.ts';
import { formatOf, type PrinterOptions } from './formats.ts';
import { type ObjectPrinter, omitManagedFields, PrintError } from './printer.ts';

export const CUSTOM_COLUMNS: readonly string[] = ['custom-columns', 'custom-columns-file'];

interface Column {
  readonly header: string;
  readonly template: string;
}

/** Undefined when another format is asked for. */
export function* columnsPrinter(
  call: Call,
  options: PrinterOptions,
  noHeaders: boolean,
): Blocking<ObjectPrinter | undefined> {
  const { format, text: value } = formatOf(options);
  if (!CUSTOM_COLUMNS.includes(format)) return undefined;
  if (value === '') throw new Error('custom-columns format specified but no custom columns given');
  const columns = format === 'custom-columns' ? columnsOf(value) : yield* columnsIn(call, value);
  return printer(columns, noHeaders && format === 'custom-columns', options.managedFields);
}

/** `NAME:.metadata.name,IMAGE:.spec.containers[*].image` */
function columnsOf(spec: string): readonly Column[] {
  return spec.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0) throw new Error(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), template: relaxedJsonPath(part.slice(colon + 1)) };
  });
}

/** A line of headers and a line of paths, apart by blanks. */
function* columnsIn(call: Call, file: string): Blocking<readonly Column[]> {
  let text: string;
  try {
    text = yield* readText(call.sys, file);
  } catch (error) {
    throw new Error(`error reading template ${file}, ${asError(error).message}\n`);
  }
  const [first, second] = text.replace(/\n$/, '').split('\n');
  const expected = 'Expected format is one line of space separated headers, one line of space separated column specs.';
  if (text === '' || first === undefined) throw new Error(`invalid template, missing header line. ${expected}`);
  if (second === undefined) throw new Error(`invalid template, missing spec line. ${expected}`);
  const [headers, specs] = [words(first), words(second)];
  if (headers.length !== specs.length) {
    throw new Error(`number of headers (${headers.length}) and field specifications (${specs.length}) don't match`);
  }
  return headers.map((header, i) => ({ header, template: relaxedJsonPath(specs[i] ?? '') }));
}

function words(line: string): readonly string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}

function printer(columns: readonly Column[], noHeaders: boolean, managedFields: boolean): ObjectPrinter {
  let headed = noHeaders;
  return {
    print(object, event) {
      const writer = createTabWriter(TABLE);
      if (!headed) writer.write(`${columns.map(({ header }) => header).join('\t')}\n`);
      headed = true;
      try {
        const paths = columns.map(({ template }) => parseJsonPath(template));
        for (const each of rowsOf(managedFields ? object : omitManagedFields(object), event)) {
          writer.write(`${paths.map((path) => cellOf(path, each)).join('\t')}\n`);
        }
      } catch (error) {
        throw new PrintError(writer.flush(), asError(error).message);
      }
      return writer.flush();
    },
  };
}

function rowsOf(object: JsonObject, event: string | undefined): readonly JsonObject[] {
  if (event !== undefined) return [{ object, type: event }];
  const { items } = object;
  return isArray(items) ? items.filter(isObject) : [object];
}

function cellOf(path: JsonPath, object: JsonObject): string {
  const { results } = findJsonPath(path, object, { allowMissingKeys: true });
  if ((results[0]?.length ?? 0) === 0) return ['<none>', ...results.slice(1).flat().map(shown)].join(',');
  return results.flat().map(shown).join(',');
}

function shown(value: JsonValue | undefined): string {
  return value === null || value === undefined ? '<nil>' : goValue(value);
}
