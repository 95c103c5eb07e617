// How objects are put out: what `-o` names, as functions from an object to a text.

import { goJson } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import type { KindType } from '../../../sandbox/kube/structure.ts';
import { encodeJson } from '../../../sandbox/schema/encode/json.ts';
import { metaText } from '../resource/info.ts';
import { indentCompact, indentedJson } from '../text/json.ts';
import { writeYaml } from '../text/yaml.ts';
import { qualifiedKind } from './table.ts';

export interface ObjectPrinter {
  /** The text for one object; for what happened to it, when an event is given. Throws a PrintError. */
  print(object: JsonObject, event?: string): string;
}

/** Printing failed in the middle: what was printed until then, and why. */
export class PrintError extends Error {
  readonly printed: string;
  constructor(printed: string, message: string) {
    super(message);
    this.name = 'PrintError';
    this.printed = printed;
  }
}

/** Keys are sorted; those of an object whose type is known have the order of the type. */
export function jsonPrinter(typeOf: (object: JsonObject) => KindType | undefined): ObjectPrinter {
  return {
    print: (object, event) => {
      if (event !== undefined) return `{"type":${goJson(event)},"object":${goJson(object, 'sorted')}}\n`;
      const named = identified(object);
      const type = typeOf(named);
      return `${type === undefined ? indentedJson(named) : indentCompact(encodeJson(named, type.type))}\n`;
    },
  };
}

/** Objects after the first begin with a line of dashes. */
export function yamlPrinter(): ObjectPrinter {
  let count = 0;
  return {
    print(object, event) {
      count++;
      const text = writeYaml(event === undefined ? identified(object) : { type: event, object });
      return count > 1 ? `---\n${text}` : text;
    },
  };
}

/** `pod/web`, and what was done when that is to be said. A list is its items. */
export function namePrinter(operation: string): ObjectPrinter {
  const nameOf = (object: JsonObject): string => {
    const name = metaText(object, 'name') || '<unknown>';
    return `${qualifiedKind(identified(object))}/${name}${operation === '' ? '' : ` ${operation}`}\n`;
  };
  return {
    print(object) {
      const { items } = object;
      return isArray(items) ? items.filter(isObject).map(nameOf).join('') : nameOf(object);
    },
  };
}

/** Leaves managedFields out, also of the items of a list. */
export function withoutManagedFields(printer: ObjectPrinter): ObjectPrinter {
  return { print: (object, event) => printer.print(omitManagedFields(object), event) };
}

export function omitManagedFields(object: JsonObject): JsonObject {
  const { metadata, items } = object;
  return {
    ...object,
    ...(isObject(metadata) && 'managedFields' in metadata ? { metadata: withoutField(metadata) } : {}),
    ...(isArray(items) ? { items: items.map((item) => (isObject(item) ? omitManagedFields(item) : item)) } : {}),
  };
}

function withoutField({ managedFields: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

export function identified(object: JsonObject): JsonObject {
  if (object['apiVersion'] || object['kind']) return object;
  throw new Error('missing apiVersion or kind; try GetObjectKind().SetGroupVersionKind() if you know the type');
}
