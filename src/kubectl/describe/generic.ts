// Describing objects of kinds that have no description of their own, such as custom resources: all their fields, with
// names as people would write them.

import { compareText, goNumber } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { Mapping } from '../discovery/mapping.ts';
import { getObject } from '../resource/requests.ts';
import { type Describe, eventsAbout, eventsPart } from './describer.ts';
import { type Page, pageText } from './page.ts';
import { marks, names } from './workload.ts';

const SHOWN_BEFORE = ['managedFields', 'name', 'namespace', 'labels', 'annotations'].map(
  (field) => `.metadata.${field}`,
);
const ACRONYMS = ['API', 'URL', 'UID', 'GUID'];

export function describeGeneric(mapping: Mapping): Describe {
  return function* (scope, namespace, name) {
    const object: KubeObject = yield* getObject(scope.client, mapping, namespace, name);
    const kind = typeof object.kind === 'string' ? object.kind : mapping.kind;
    const events = yield* eventsAbout(scope, kind, object);
    return pageText((page) => {
      names(page, object);
      marks(page, object);
      fields(page, 0, object, '');
      eventsPart(page, events, scope.now);
    });
  };
}

function fields(page: Page, level: number, content: JsonObject, path: string): void {
  for (const field of Object.keys(content).sort(compareText)) {
    const value = content[field];
    const fieldPath = `${path}.${field}`;
    if (value === undefined || SHOWN_BEFORE.includes(fieldPath)) continue;
    if (isObject(value)) {
      page.line(level, `${title(field)}:`);
      fields(page, level + 1, value, fieldPath);
    } else if (isArray(value)) {
      page.line(level, `${title(field)}:`);
      for (const item of value) {
        if (isObject(item)) fields(page, level + 1, item, fieldPath);
        else page.line(level + 1, goValue(item));
      }
    } else page.line(level, `${title(field)}:\t${goValue(value)}`);
  }
}

/** Go's `%v` of a decoded value. */
export function goValue(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number' || typeof value === 'bigint') return goNumber(value);
  if (isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const pairs = Object.keys(value)
    .sort(compareText)
    .map((key) => `${key}:${goValue(value[key])}`);
  return `map[${pairs.join(' ')}]`;
}

/** `apiVersion` → `API Version`. A name with more than letters and dashes stays as it is. */
export function title(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  const parts = merged(camelCaseParts(field));
  return parts.map(partTitle).join(' ');
}

function partTitle(part: string): string {
  if (ACRONYMS.includes(part.toUpperCase())) return part.toUpperCase();
  return part.toLowerCase() === part ? part.slice(0, 1).toUpperCase() + part.slice(1) : part;
}

/** `PDFLoader` → `PDF`, `Loader`: a run of capitals gives its last one to the word that it begins. */
function camelCaseParts(field: string): readonly string[] {
  return field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|[^\p{Lu}\p{Ll}]+/gu) ?? [];
}

/** Capitals before a word that begins with one belong to it. */
function merged(parts: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    const next = parts[i + 1] ?? '';
    if (part.length >= 2 && !/\p{Ll}/u.test(part) && /^\p{Lu}/u.test(next)) {
      result.push(part + next);
      i++;
    } else result.push(part);
  }
  return result;
}
