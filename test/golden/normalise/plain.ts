// A value without anything that varies: what the self-test may change, and what it must leave alone.

import { isArray, isObject, type JsonValue, printJson } from '../json.ts';
import { masked } from './scan.ts';
import { withoutAge } from './tables.ts';
import { isUnordered, labelOf } from './values.ts';

/** Equal for two values that only differ in what varies from run to run. `key`: the last step of the way to the value. */
export function plainValue(value: JsonValue, key = ''): JsonValue {
  if (typeof value === 'string') return key === 'resourceVersion' ? '<version>' : masked(value);
  if (typeof value === 'number') return /nodeport$/i.test(key) && value >= 30_000 ? '<nodePort>' : value;
  if (isArray(value)) return plainList(value, key);
  if (!isObject(value)) return value;
  const plain = Object.entries(value).map(([name, item]) => [
    masked(name),
    item === undefined ? null : plainValue(item, name),
  ]);
  return Object.fromEntries(plain);
}

function plainList(list: readonly JsonValue[], key: string): JsonValue {
  const plain = list.map((item) => {
    const cell = typeof item === 'string' && ['cells', 'row'].includes(key) ? withoutAge(item) : item;
    return { label: masked(labelOf(item)), text: printJson(plainValue(cell, '')) };
  });
  if (isUnordered(key)) return plain.map(({ text }) => text).sort();
  return plain
    .map(({ label, text }) => ({ run: /<name>|<podAddress>/.test(label) ? label : '', text }))
    .flatMap((item, i, all) => {
      if (item.run === '') return [item.text];
      if (all[i - 1]?.run === item.run) return [];
      const end = all.findIndex((other, j) => j > i && other.run !== item.run);
      return all
        .slice(i, end < 0 ? all.length : end)
        .map(({ text }) => text)
        .sort();
    });
}
