// What changes objects from outside the server may be asked a second time, when something else has changed the object
// after it: once, and only what wants to be. This is kept for the length of one request.

import { sameJson } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';

/** One plug-in's book of whom it has asked. */
export interface Book {
  /** What it left the object as. */
  last: KubeObject | undefined;
  /** Who was asked, and may be asked again when something changes. */
  readonly asked: Set<string>;
  /** Who is to be asked again. */
  readonly again: Set<string>;
}

export interface Rounds {
  /** The second time around. */
  second: boolean;
  /** Something changed that others may have to know of. */
  wanted: boolean;
  /** By plug-in; made when the first is opened. */
  books: Map<string, Book> | undefined;
}

export function newRounds(): Rounds {
  return { second: false, wanted: false, books: undefined };
}

/** Opens the book of a plug-in; on the second round everybody is asked again if others have changed the object. */
export function openBook(rounds: Rounds, plugin: string, object: KubeObject | undefined): Book {
  rounds.books ??= new Map();
  const known = rounds.books.get(plugin);
  if (known === undefined) {
    const book: Book = { last: undefined, asked: new Set(), again: new Set() };
    rounds.books.set(plugin, book);
    return book;
  }
  if (rounds.second && !sameJson(known.last as never, object as never)) askAgain(known);
  return known;
}

function askAgain({ asked, again }: Book): void {
  for (const key of asked) again.add(key);
  asked.clear();
}

export function isDue({ second }: Rounds, { again }: Book, key: string): boolean {
  return !second || again.has(key);
}

/** Somebody was asked. */
export function noteAsked(rounds: Rounds, book: Book, key: string, { changed, reinvoked }: Note): void {
  if (changed) {
    askAgain(book);
    rounds.wanted = true;
  }
  if (reinvoked) book.asked.add(key);
}

interface Note {
  readonly changed: boolean;
  /** Its policy is IfNeeded. */
  readonly reinvoked: boolean;
}
