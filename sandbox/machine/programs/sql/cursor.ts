// Where a parser of SQL stands in its words.

import type { Token } from './tokens.ts';
import { SqlProblem } from './tree.ts';

export interface Cursor {
  readonly peek: (ahead?: number) => Token;
  readonly next: () => Token;
  /** Takes these words (or signs) if they all come next. */
  readonly take: (words: string) => boolean;
  /** The same; they have to. */
  readonly need: (words: string) => void;
  /** A name, quoted or not. */
  readonly name: () => string;
  readonly fail: () => never;
}

/** Words that can't be names without quotes. */
const RESERVED = new Set(
  'select from where group order having limit offset union insert into values update set delete create table drop and or not null is in like between on join left right inner outer as by distinct case when then else end default primary'.split(
    ' ',
  ),
);

export function isReserved({ t, text }: Token): boolean {
  return t === 'word' && RESERVED.has(text);
}

export function cursorOf(tokens: readonly Token[], source: string): Cursor {
  let at = 0;
  const last = tokens.at(-1) ?? { t: 'end', text: '', at: 0, source: '' };
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? last;
  const fits = (word: string, ahead: number): boolean => {
    const token = peek(ahead);
    return (token.t === 'word' || token.t === 'sign') && token.text === word;
  };
  const fail = (): never => {
    const token = peek();
    throw new SqlProblem('syntax', [token.t === 'end' ? '' : token.source, source.slice(token.at)], token.at);
  };
  const take = (words: string): boolean => {
    const all = words.split(' ');
    if (!all.every((word, index) => fits(word, index))) return false;
    at += all.length;
    return true;
  };
  return {
    peek,
    next: () => {
      const token = peek();
      at++;
      return token;
    },
    take,
    need: (words) => {
      if (!take(words)) fail();
    },
    name: () => {
      const token = peek();
      if (token.t !== 'name' && (token.t !== 'word' || isReserved(token))) return fail();
      at++;
      return token.text;
    },
    fail,
  };
}

/** What comes between commas. */
export function commas<T>(cursor: Cursor, one: () => T): T[] {
  const all = [one()];
  while (cursor.take(',')) all.push(one());
  return all;
}

/** `schema.table`: the schema is left out. */
export function tableName(cursor: Cursor): string {
  const name = cursor.name();
  return cursor.take('.') ? cursor.name() : name;
}
