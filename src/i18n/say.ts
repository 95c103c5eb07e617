// Saying things in a language: typed keys, typed placeholders. Checks answer with phrases, and whoever shows them says in which language.

import { EN } from './en.ts';
import { JA } from './ja.ts';
import type { Language, Localized } from './language.ts';

export type MessageKey = keyof typeof EN;

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** What fills the placeholders of a message: text, numbers, or phrases of their own. */
export type Values<K extends MessageKey> = { readonly [P in Placeholders<(typeof EN)[K]>]: Words | number };

/** A message that isn't bound to a language yet. */
export interface Phrase {
  readonly key: MessageKey;
  readonly values: Readonly<Record<string, Words | number>>;
}

/** Everything that can be said: text as it is, a text in both languages, a message. */
export type Words = string | Localized | Phrase;

const TABLES: { readonly [L in Language]: Readonly<Record<MessageKey, string>> } = { en: EN, ja: JA };

/** A message with its values. */
export function phrase<K extends MessageKey>(key: K, values: Values<K>): Phrase {
  return { key, values };
}

/** The words in a language. */
export function say(words: Words, language: Language): string {
  if (typeof words === 'string') return words;
  if (!('key' in words)) return words[language];
  return TABLES[language][words.key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(words.values, name) ? words.values[name] : undefined;
    if (value === undefined) return whole;
    return typeof value === 'number' ? String(value) : say(value, language);
  });
}

/** A message at once in a language. */
export function tell<K extends MessageKey>(language: Language, key: K, values: Values<K>): string {
  return say(phrase(key, values), language);
}

/** A length of time as people say it, cut down to whole seconds. */
export function duration(ms: number): Phrase {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (h > 0) return phrase('duration.hoursMinutes', { h, m });
  if (m === 0) return phrase('duration.seconds', { n: s });
  return s === 0 ? phrase('duration.minutes', { n: m }) : phrase('duration.minutesSeconds', { m, s });
}
