// Keys on a card: options by their numbers, words that are typed, and what follows from an answer.

import type { Key } from '../../workstation/keys.ts';
import type { CardOverlay } from '../model.ts';
import { row, STYLES, span } from '../text.ts';
import { say } from '../words.ts';
import { wrap } from '../wrap.ts';
import { turnPage } from './actions.ts';
import { goOnward } from './cards.ts';
import { announce, type Desk, languageOf, lay, layPage } from './desk.ts';
import { turned } from './turn.ts';

/** A prediction leaves the story to be read. */
const PAGES: ReadonlyMap<string, number> = new Map([
  ['Down', 1],
  ['PageDown', 1],
  ['Up', -1],
  ['PageUp', -1],
]);

/** `name`: the key's, or what was typed, in half-width letters. */
export function pressCard(desk: Desk, card: CardOverlay, key: Key, name: string): void {
  const turn = card.asks === 'prediction' ? PAGES.get(name) : undefined;
  if (turn !== undefined) turnPage(desk, turn);
  else if (name === 'Escape') answered(desk, card, undefined);
  else if (card.takes === 'one') {
    if (isOption(card, name)) answered(desk, card, [name]);
    else announce(desk, row(span(say(languageOf(desk), 'cardFirst', { n: card.options.length }), STYLES.busy)));
  } else if (name === 'Enter') {
    if (card.typed.trim() !== '') answered(desk, card, card.typed.trim().split(/\s+/));
  } else lay(desk, { ...card, typed: typedWith(card, key, name) });
}

/** What is chosen or typed after one more key. */
export function typedWith(card: CardOverlay, key: Key, name: string): string {
  return card.takes === 'words' ? typedOn(card.typed, key) : chosenOn(card, name);
}

function isOption({ options }: CardOverlay, name: string): boolean {
  return /^[1-9]$/.test(name) && Number(name) <= options.length;
}

function typedOn(typed: string, key: Key): string {
  if (key.kind === 'text' || key.kind === 'paste') return typed + key.text.normalize('NFKC').replaceAll('\n', ' ');
  if (key.kind !== 'key') return typed;
  return key.name === 'Backspace' ? [...typed].slice(0, -1).join('') : key.name === 'C-u' ? '' : typed;
}

/** A number that is there already goes away. */
function chosenOn(card: CardOverlay, name: string): string {
  const chosen = card.typed.split(' ').filter((each) => each !== '');
  if (name === 'Backspace') return chosen.slice(0, -1).join(' ');
  if (!isOption(card, name)) return card.typed;
  return (chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]).join(' ');
}

function answered(desk: Desk, card: CardOverlay, words: readonly string[] | undefined): void {
  const { teacher } = desk;
  if (teacher === undefined) return;
  if (card.asks === 'prediction') {
    if (teacher.answer(words)) {
      desk.notice = undefined;
      lay(desk, undefined);
    }
  } else {
    const said = teacher.answerReview(words);
    const columns = desk.options.surface().size.columns - 3;
    const rows = said.flatMap((line) => wrap(row(line), columns));
    if (rows.length === 0) goOnward(desk);
    else layPage(desk, say(languageOf(desk), 'review'), rows, { onward: true });
  }
  turned(desk);
}
