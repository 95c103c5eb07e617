import { describe, expect, it } from 'vitest';
import { EN } from '../../../src/i18n/en.ts';
import { JA } from '../../../src/i18n/ja.ts';
import { duration, type MessageKey, phrase, say } from '../../../src/i18n/say.ts';

const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
const KEYS = Object.keys(EN) as MessageKey[];

describe('messages', () => {
  it('exist in both languages with the same placeholders', () => {
    expect(Object.keys(JA).sort()).toEqual(Object.keys(EN).sort());
    for (const key of KEYS)
      expect([key, [...new Set(placeholders(JA[key]))]]).toEqual([key, [...new Set(placeholders(EN[key]))]]);
  });

  it('are not left in English in the Japanese table', () => {
    const same = KEYS.filter((key) => JA[key] === EN[key] && /[a-z]{4}/i.test(EN[key].replace(/\{\w+\}/g, '')));
    expect(same).toEqual([]);
  });

  it('carry phrases inside of phrases, and text of users as it is', () => {
    const words = phrase('settled.expected', { text: 'a {time} of its own', time: duration(95_000) });
    expect(say(words, 'en')).toBe('a {time} of its own, for 1 min 35 s without a break');
    expect(say(words, 'ja')).toContain('1 分 35 秒');
  });
});
