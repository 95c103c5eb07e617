// What other conversations left behind on the server on which they were recorded one after the other.

import { isArray, isObject, type JsonValue, printJson, strings } from '../json.ts';

const NAMESPACE = /(?<![a-z0-9-])h-[a-z0-9]+(?:-[a-z0-9]+)*/g;

/** A recorded response without the elements of its lists that speak of namespaces which this case never mentions. */
export function withoutLeftovers(response: JsonValue, inputs: readonly JsonValue[]): JsonValue {
  const mentioned = new Set<string>();
  for (const input of inputs) {
    for (const text of strings(input)) for (const [name] of text.matchAll(NAMESPACE)) mentioned.add(name);
  }
  const isForeign = (text: string) => {
    const names = [...text.matchAll(NAMESPACE)].map(([name]) => name);
    return names.length > 0 && !names.some((name) => [...mentioned].some((own) => name.startsWith(own)));
  };
  return filterLists(response, isForeign);
}

function filterLists(value: JsonValue, isForeign: (text: string) => boolean): JsonValue {
  if (!isObject(value)) return value;
  const lists = ['items', 'rows', 'events'];
  const kept = Object.entries(value).map(([key, item]) => {
    if (isArray(item) && lists.includes(key)) return [key, item.filter((one) => !isForeign(printJson(one)))] as const;
    return [
      key,
      item !== undefined && ['body', 'response'].includes(key) ? filterLists(item, isForeign) : item,
    ] as const;
  });
  return Object.fromEntries(kept);
}
