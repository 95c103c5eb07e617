// `.spec.labels['a/b']`: where in an object an error is to be told of.

import { at, atKey } from '../../../kube/fielderrors.ts';
import { isObject } from '../../../kube/json.ts';
import { additionalOf, propertyOf, type Schema, schemaAt } from '../jsonschema.ts';

/** The path as errors write it; undefined when it isn't one, or the schema doesn't know it. */
export function fieldPath(text: string, schema: Schema): string | undefined {
  let path = '';
  let here: Schema | undefined = schema;
  let rest = text;
  while (rest !== '') {
    const step = readStep(rest);
    if (step === undefined || here === undefined) return undefined;
    const named: boolean = schemaAt(here, 'properties') !== undefined;
    const additional = additionalOf(here);
    path = named ? at(path, step.name) : atKey(path, step.name);
    here = named ? propertyOf(here, step.name) : isObject(additional) ? additional : undefined;
    if (here === undefined) return undefined;
    rest = step.rest;
  }
  return path;
}

interface Step {
  readonly name: string;
  readonly rest: string;
}

const DOTTED = /^\.([^.[\]]+)/;
const QUOTED = /^\['((?:[^'\\]|\\.)*)'\]/s;

function readStep(text: string): Step | undefined {
  const dotted = DOTTED.exec(text);
  if (dotted !== null) return { name: dotted[1] ?? '', rest: text.slice(dotted[0].length) };
  const quoted = QUOTED.exec(text);
  const name = quoted === null ? undefined : unescaped(quoted[1] ?? '');
  return quoted === null || name === undefined ? undefined : { name, rest: text.slice(quoted[0].length) };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  "'": "'",
  '\\': '\\',
};

function unescaped(text: string): string | undefined {
  const wrong = [...text.matchAll(/\\(.)/gs)].some(([, letter = '']) => !Object.hasOwn(ESCAPES, letter));
  return wrong ? undefined : text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? '');
}
