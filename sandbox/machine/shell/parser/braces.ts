// Brace expansion: `{a,b}` and `{1..5}` turn one word into several before anything else happens to it.

import type { Part } from '../syntax.ts';
import { addText } from './parts.ts';
import { refuse, type Scanner } from './scanner.ts';

/** More words than this from one are refused. */
const WORDS_MAX = 100_000;

/** What stands in a word for brace expansion: a part, or one unquoted character that counts. */
type Token = Part | '{' | '}' | ',';

export function expandBraces(s: Scanner, parts: readonly Part[]): readonly (readonly Part[])[] {
  if (!parts.some((part) => part.k === 'text' && !part.quoted && part.text.includes('{'))) return [parts];
  return expand(s, tokensOf(parts)).map(joinTokens);
}

function tokensOf(parts: readonly Part[]): Token[] {
  const tokens: Token[] = [];
  for (const part of parts) {
    if (part.k !== 'text' || part.quoted) {
      tokens.push(part);
      continue;
    }
    for (const piece of part.text.split(/([{},])/)) {
      if (piece === '{' || piece === '}' || piece === ',') tokens.push(piece);
      else if (piece !== '') tokens.push({ k: 'text', text: piece, quoted: false });
    }
  }
  return tokens;
}

function joinTokens(tokens: readonly Token[]): Part[] {
  const parts: Part[] = [];
  for (const token of tokens) {
    if (typeof token === 'string') addText(parts, token, false);
    else if (token.k === 'text') addText(parts, token.text, token.quoted);
    else parts.push(token);
  }
  return parts;
}

/** All words that these tokens stand for, leftmost braces varying slowest. */
function expand(s: Scanner, tokens: readonly Token[]): Token[][] {
  for (let open = tokens.indexOf('{'); open >= 0; open = tokens.indexOf('{', open + 1)) {
    const group = groupAt(tokens, open);
    if (group === undefined) continue;
    const alternatives = group.alternatives.flatMap((alternative) =>
      group.sequence ? [alternative] : expand(s, alternative),
    );
    const rests = expand(s, tokens.slice(group.close + 1));
    if (alternatives.length * rests.length > WORDS_MAX) refuse(s, 'brace expansion: failed to allocate memory');
    const before = tokens.slice(0, open);
    return alternatives.flatMap((middle) => rests.map((rest) => [...before, ...middle, ...rest]));
  }
  return [[...tokens]];
}

interface Group {
  readonly close: number;
  readonly alternatives: Token[][];
  readonly sequence: boolean;
}

/** The group that opens here, if it closes and holds a comma or a sequence. */
function groupAt(tokens: readonly Token[], open: number): Group | undefined {
  let depth = 0;
  const commas: number[] = [];
  for (let i = open + 1; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === '{') depth++;
    else if (token === ',' && depth === 0) commas.push(i);
    else if (token === '}' && depth-- === 0) return closedGroup(tokens, open, i, commas);
  }
  return undefined;
}

function closedGroup(tokens: readonly Token[], open: number, close: number, commas: number[]): Group | undefined {
  if (commas.length === 0) {
    const only = tokens[open + 1];
    if (close !== open + 2 || typeof only !== 'object' || only.k !== 'text' || only.quoted) return undefined;
    const items = sequence(only.text);
    const alternatives = items?.map((text): Token[] => [{ k: 'text', text, quoted: false }]);
    return alternatives === undefined ? undefined : { close, alternatives, sequence: true };
  }
  const bounds = [open, ...commas, close];
  const alternatives = bounds.slice(1).map((end, i) => tokens.slice((bounds[i] ?? open) + 1, end));
  return { close, alternatives, sequence: false };
}

/** `1..5`, `01..10`, `a..e`, `10..1..3`; undefined when it is none, or too long. */
function sequence(text: string): string[] | undefined {
  const numbers = /^(-?\d{1,15})\.\.(-?\d{1,15})(?:\.\.(-?\d{1,15}))?$/.exec(text);
  if (numbers !== null) return numberSequence(numbers[1] ?? '', numbers[2] ?? '', Number(numbers[3] ?? 1));
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d{1,15}))?$/.exec(text);
  if (letters === null) return undefined;
  const codes = range((letters[1] ?? '').charCodeAt(0), (letters[2] ?? '').charCodeAt(0), Number(letters[3] ?? 1));
  return codes?.map((code) => String.fromCharCode(code));
}

function numberSequence(first: string, last: string, step: number): string[] | undefined {
  const padded = [first, last].some((text) => /^-?0\d/.test(text));
  const width = padded ? Math.max(first.length, last.length) : 0;
  return range(Number(first), Number(last), step)?.map((value) => {
    const digits = String(Math.abs(value));
    return value < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0');
  });
}

function range(first: number, last: number, step: number): number[] | undefined {
  const size = Math.abs(step) || 1;
  const count = Math.floor(Math.abs(last - first) / size) + 1;
  if (count > WORDS_MAX) return undefined;
  return Array.from({ length: count }, (_, i) => first + i * (last < first ? -size : size));
}
