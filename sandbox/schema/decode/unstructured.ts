// Objects without a type: custom resources, and patches. Go reads them into maps and can only tell what stands twice.

import { quote } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonValue } from '../../kube/json.ts';
import type { ParsedJson } from '../json/reader.ts';

/** Go collects no more. */
const MAX_STRICT = 100;

/** `duplicate field "spec.x"`, each once, in the order of the text. */
export function duplicatesIn({ value, notes }: ParsedJson): readonly string[] {
  const found = new Set<string>();
  if (notes === undefined) return [];

  function look(part: JsonValue, at: string): void {
    if (isArray(part)) for (const [i, item] of part.entries()) look(item, `${at}[${i}]`);
    if (!isObject(part)) return;
    const seen = new Set<string>();
    const members = notes?.get(part)?.members ?? Object.entries(part);
    for (const [name, item] of members) {
      const path = at === '' ? name : `${at}.${name}`;
      if (seen.has(name) && found.size < MAX_STRICT) found.add(`duplicate field ${quote(path)}`);
      seen.add(name);
      if (item !== undefined) look(item, path);
    }
  }

  look(value, '');
  return [...found];
}
