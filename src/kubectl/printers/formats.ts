// From the flags `--output` and `--template` to a printer.

import type { JsonObject } from '../../../sandbox/kube/json.ts';
import { parseApiVersion } from '../../../sandbox/kube/resource.ts';
import type { KindType } from '../../../sandbox/kube/structure.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { asError } from '../errors.ts';
import { readText } from '../files.ts';
import { typeOf } from '../resource/typed.ts';
import { jsonPathPrinter } from './jsonpath.ts';
import { kyamlPrinter } from './kyaml.ts';
import { jsonPrinter, namePrinter, type ObjectPrinter, withoutManagedFields, yamlPrinter } from './printer.ts';
import { goTemplatePrinter } from './template.ts';

const STRUCTURED = ['json', 'yaml', 'kyaml'];
const TEMPLATES = [
  'template',
  'go-template',
  'go-template-file',
  'templatefile',
  'jsonpath',
  'jsonpath-file',
  'jsonpath-as-json',
];

/** Formats that all commands which print objects have. */
export const COMMON_FORMATS: readonly string[] = [...STRUCTURED, 'name', ...TEMPLATES];

export interface PrinterOptions {
  readonly output: string;
  readonly template: string;
  readonly allowMissingKeys: boolean;
  readonly managedFields: boolean;
  /** Of the objects that are printed, where it is known: the order of fields is the type's. */
  readonly type?: KindType;
  /** The type is looked up for each object. */
  readonly typed?: boolean;
  /** What was done to the object, said where no format or `name` is asked for; with ` (dry run)`. */
  readonly operation: string;
  /** All formats that the command has. */
  readonly formats: readonly string[];
}

/** The printing flags of a command. A template without a format is a Go template. */
export function printerOptions(call: Call, more: Partial<PrinterOptions> = {}): PrinterOptions {
  const { flags } = call;
  const template = flags.has('template') ? flags.string('template') : '';
  const output = template !== '' && !flags.changed('output') ? 'go-template' : flags.string('output');
  return {
    output,
    template,
    allowMissingKeys: !flags.has('allow-missing-template-keys') || flags.bool('allow-missing-template-keys'),
    managedFields: flags.has('show-managed-fields') && flags.bool('show-managed-fields'),
    operation: '',
    formats: COMMON_FORMATS,
    ...more,
  };
}

/** Throws when there is no such format, or a template can't be read. */
export function* objectPrinter(call: Call, options: PrinterOptions): Blocking<ObjectPrinter> {
  const { output, operation } = options;
  const structured = structuredPrinter(options);
  if (structured !== undefined) return options.managedFields ? structured : withoutManagedFields(structured);
  if (output.toLowerCase() === 'name') return namePrinter('');
  if (output === '' && operation !== '') return namePrinter(operation);
  const template = yield* templatePrinter(call, options);
  if (template !== undefined) return template;
  throw noSuchFormat(output, options.formats);
}

function ownType({ apiVersion, kind }: JsonObject): KindType | undefined {
  return typeOf({ ...parseApiVersion(String(apiVersion ?? '')), kind: String(kind ?? '') });
}

export function noSuchFormat(output: string, formats: readonly string[]): Error {
  const allowed = [...formats].sort().join(',');
  return new Error(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${allowed}`,
  );
}

function structuredPrinter({ output, type, typed = false }: PrinterOptions): ObjectPrinter | undefined {
  const typeFor = typed ? ownType : () => type;
  switch (output.toLowerCase()) {
    case 'json':
      return jsonPrinter(typeFor);
    case 'yaml':
      return yamlPrinter();
    case 'kyaml':
      return kyamlPrinter(typeFor);
    default:
      return undefined;
  }
}

/** A format and what stands behind its `=`, or in --template: whoever gives that must name the format alone. */
export function formatOf({ output, template }: PrinterOptions): { readonly format: string; readonly text: string } {
  const equals = template === '' ? output.indexOf('=') : -1;
  return equals < 0
    ? { format: output, text: template }
    : { format: output.slice(0, equals), text: output.slice(equals + 1) };
}

/** Undefined when the format is no template's. */
function* templatePrinter(call: Call, options: PrinterOptions): Blocking<ObjectPrinter | undefined> {
  const { format, text } = formatOf(options);
  if (!TEMPLATES.includes(format)) return undefined;
  if (text === '') throw new Error('template format specified but no template given');
  const template = format.includes('file') ? yield* templateFile(call, text) : text;
  if (format.startsWith('jsonpath')) {
    return jsonPathPrinter(template, format === 'jsonpath-as-json', options.allowMissingKeys);
  }
  return goTemplatePrinter(template, options.allowMissingKeys);
}

function* templateFile(call: Call, path: string): Blocking<string> {
  try {
    return yield* readText(call.sys, path);
  } catch (error) {
    throw new Error(`error reading --template ${path}, ${asError(error).message}\n`);
  }
}
