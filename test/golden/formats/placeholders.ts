// `<uid>`, `<time>` and their like in recorded facts stand for what the server makes up.

import { isArray, isObject, type JsonValue, own } from '../json.ts';

const forms: ReadonlyMap<string, string> = new Map([
  ['<uid>', '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'],
  ['<time>', '\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z'],
  ['<now>', '\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z'],
  ['<rv>', '\\d+'],
  ['<n>', '\\d+'],
  ['<fingerprint>', '[0-9a-f]{64}'],
  ['<random>', '[bcdfghjklmnpqrstvwxz2456789]{5}'],
  ['<allocated>', '(?:10\\.96\\.\\d+\\.\\d+|3[0-2]\\d{3})'],
  ['<the certificate authority, PEM>', '-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----\\n'],
]);

const placeholder = new RegExp([...forms.keys()].join('|'), 'g');

/** The recorded value, with ours in the place of each placeholder that ours fits. */
export function fillPlaceholders(recorded: JsonValue, ours: JsonValue | undefined): JsonValue {
  if (typeof recorded === 'string') {
    const form = recorded.replaceAll(/(?<=X509SHA256=)[0-9a-f]{64}/g, '<fingerprint>');
    const fits = (typeof ours === 'string' || typeof ours === 'number') && isFilled(form, String(ours));
    return fits ? ours : recorded;
  }
  if (isArray(recorded)) return recorded.map((item, i) => fillPlaceholders(item, isArray(ours) ? ours[i] : undefined));
  if (!isObject(recorded)) return recorded;
  const other = isObject(ours) ? ours : {};
  return Object.fromEntries(
    Object.entries(recorded).map(([key, item]) => [
      key,
      item === undefined ? item : fillPlaceholders(item, own(other, key)),
    ]),
  );
}

/** Whether a text is the recorded one with something fitting in each of its placeholders. */
function isFilled(recorded: string, ours: string): boolean {
  const found = [...recorded.matchAll(placeholder)];
  if (found.length === 0) return false;
  let pattern = '';
  let done = 0;
  for (const match of found) {
    pattern += escaped(recorded.slice(done, match.index)) + (forms.get(match[0]) ?? '');
    done = match.index + match[0].length;
  }
  return new RegExp(`^${pattern}${escaped(recorded.slice(done))}$`).test(ours);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
