// `-o jsonpath=...` and `-o jsonpath-as-json=...`.

import type { JsonValue } from '../../../sandbox/kube/json.ts';
import {
  findJsonPath,
  JsonPathError,
  jsonPathFailure,
  parseJsonPath,
  printJsonPath,
} from '../../../sandbox/kube/jsonpath.ts';
import { indentedJson } from '../text/json.ts';
import type { ObjectPrinter } from './printer.ts';

/** Throws when the template can't be read. */
export function jsonPathPrinter(
  template: string,
  asJson: boolean,
  allowMissingKeys: boolean,
  allFloats = false,
): ObjectPrinter {
  let path = parsed(template);
  const options = { allowMissingKeys, allFloats };
  return {
    print(object, event) {
      const data: JsonValue = event === undefined ? object : { object, type: event };
      try {
        const found = findJsonPath(path, data, options);
        path = found.rest;
        if (!asJson) return printJsonPath(found, options);
        return found.results.map((values) => `${indentedJson(values.map((value) => value ?? null))}\n`).join('');
      } catch (error) {
        if (!(error instanceof JsonPathError)) throw error;
        throw new Error(jsonPathFailure(template, error, data));
      }
    },
  };
}

function parsed(template: string): ReturnType<typeof parseJsonPath> {
  try {
    return parseJsonPath(template);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new Error(`error parsing jsonpath ${template}, ${error.message}\n`);
  }
}
