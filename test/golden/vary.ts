// Makes another run out of a recorded one: everything that varies gets other values, one to one, and nothing else.
// A test helper: the normaliser must find both runs equal.

import type { Recording } from './format.ts';
import { isArray, isObject, type JsonValue, listAt, objectAt, strings } from './json.ts';
import { type Random, randomFrom } from './mutate.ts';
import type { Token } from './normalise/scan.ts';
import { scan } from './normalise.ts';
import type { Found } from './recordings.ts';
import { judge } from './run.ts';

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const AGE_CELL = /^\d+[smhd]$/;

/** Changes uids, names, addresses, times and versions throughout. What `fixed` says is left alone. */
export function varied(value: JsonValue, random: Random, fixed: (token: Token) => boolean = () => false): JsonValue {
  const known = new Map<string, string>();
  const change = (token: Token): string => {
    if (token.kind === 'text' || fixed(token)) return token.text;
    const key = `${token.kind} ${token.text}`;
    const other = known.get(key) ?? otherValue(token, random);
    known.set(key, other);
    return other;
  };
  const text = (one: string) => scan(one).map(change).join('');
  const walk = (one: JsonValue, key: string): JsonValue => {
    if (typeof one === 'string') {
      if (key === 'resourceVersion') return /^[1-9]\d*$/.test(one) ? String(Number(one) * 7 + 3) : one;
      return ['cells', 'row'].includes(key) && AGE_CELL.test(one) ? `${Math.floor(random() * 9) + 1}s` : text(one);
    }
    if (typeof one === 'number' && /nodeport$/i.test(key) && one >= 30_000) {
      return Number(change({ kind: 'nodePort', text: String(one) }));
    }
    if (isArray(one)) return one.map((item) => walk(item, key));
    if (!isObject(one)) return one;
    return Object.fromEntries(
      Object.entries(one).map(([name, item]) => [text(name), item === undefined ? item : walk(item, name)]),
    );
  };
  return walk(value, '');
}

function otherValue({ kind, text }: Token, random: Random): string {
  const pick = (letters: string) => letters[Math.floor(random() * letters.length)] ?? 'b';
  const like = (form: string, letters: string) =>
    [...form].map((letter) => (/[0-9a-z]/.test(letter) ? pick(letters) : letter)).join('');
  switch (kind) {
    case 'name':
      return like(text, LETTERS);
    case 'uid':
    case 'containerId':
    case 'imageId':
      return like(text, '0123456789abcdef');
    case 'podAddress':
      return text.replace(
        /\d+([.-])\d+$/,
        (_, separator: string) => `${Math.floor(random() * 200)}${separator}${Math.floor(random() * 250)}`,
      );
    case 'serviceAddress':
      return `10.96.${Math.floor(random() * 200) + 2}.${Math.floor(random() * 250)}`;
    case 'nodePort':
      return String(30_000 + Math.floor(random() * 2700));
    case 'version':
      return String(Number(text) * 7 + 3);
    case 'time':
      return text.replace(
        /\d{2}:\d{2}:\d{2}/,
        () => `${10 + Math.floor(random() * 10)}:${10 + Math.floor(random() * 40)}:${10 + Math.floor(random() * 40)}`,
      );
    case 'continue': {
      const key = Buffer.from(text, 'base64url').toString();
      return Buffer.from(key.replace(/"rv":(\d+)/, (_, version) => `"rv":${Number(version) * 7 + 3}`)).toString(
        'base64url',
      );
    }
    case 'eventName':
      return `1${like(text.slice(1), '0123456789abcdef')}`;
    default:
      return text;
  }
}

/** What the comparison finds between a recording and one with other names, uids, addresses, times and versions. */
export function differencesOfAnotherRun({ recording, format }: Found, seed: number): readonly string[] {
  if (format === undefined) return ['unknown format'];
  const inputs = inputTokens(recording);
  const content = varied(recording.content, randomFrom(seed), ({ kind, text }) => inputs.has(`${kind}:${text}`));
  const results = judge(format, recording, { content, notices: 0 }, format.parts(recording));
  return results.flatMap(({ id, difference }) =>
    difference === undefined ? [] : [`${id} ${JSON.stringify(difference)}`],
  );
}

/** What was sent or typed is the same in every run; controllers/ has recorded names in its requests, which are not. */
function inputTokens({ content }: Recording): ReadonlySet<string> {
  const known = new Set<string>();
  const inputs = ['files', 'manifest', 'objects', 'nodes', 'existing', 'pods', 'webhook_server'];
  const roots: JsonValue[] = inputs.map((key) => objectAt(content)[key] ?? null);
  const steps = 'kubelet' in objectAt(content) ? [] : [...listAt(content, 'steps'), ...listAt(content, 'observations')];
  for (const step of steps) roots.push(...inputsOf(step));
  for (const root of roots) {
    for (const text of strings(root)) for (const { kind, text: token } of scan(text)) known.add(`${kind}:${token}`);
  }
  return known;
}

function inputsOf(step: JsonValue): readonly JsonValue[] {
  const { request, watch, until, run, create, createObject, value, during } = objectAt(step);
  const nested = listAt(during).flatMap(inputsOf);
  const typed = isObject(value) ? [value['run'] ?? null] : [];
  return [request, watch, until, run, create, createObject].map((one) => one ?? null).concat(typed, nested);
}
