// Strings as Go's JSON encoder writes them: safe within HTML, never half a character.

import { LONE_SURROGATE } from '../json/reader.ts';

/** Whatever can't stand in a JSON string of Go's as it is. Half a surrogate pair is rare, so whole ones match too. */
const SPECIAL = /["\\\u0000-\u001f<>&\u2028\u2029\ud800-\udfff]/;
const HTML = /[<>&\u2028\u2029]/g;

export function jsonText(text: string): string {
  return SPECIAL.test(text) ? escaped(text) : `"${text}"`;
}

function escaped(text: string): string {
  return JSON.stringify(text.replaceAll(LONE_SURROGATE, '\ufffd')).replaceAll(HTML, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
