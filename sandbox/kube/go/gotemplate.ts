// Go templates, as far as they can be applied to JSON: what `-o go-template` takes.

import type { JsonValue } from '../json.ts';
import { ExecuteError, execute } from './gotemplate/execute.ts';
import { boxedValue, FUNCTIONS } from './gotemplate/functions.ts';
import { parseTemplate, type Template, TemplateError } from './gotemplate/parse.ts';

export { ExecuteError, type Template, TemplateError };

const NAMES: ReadonlySet<string> = new Set(FUNCTIONS.keys());

/** Throws a TemplateError. Messages call the template `name`. */
export function parseGoTemplate(name: string, text: string): Template {
  return parseTemplate(name, text, NAMES);
}

/** Throws an ExecuteError, which has what was printed until then. `strict`: a key that isn't there is an error. */
export function applyGoTemplate(template: Template, data: JsonValue, strict = false): string {
  const run = { template, strict, output: '', depth: 0 };
  execute(run, template.nodes, boxedValue(data, false));
  return run.output;
}
