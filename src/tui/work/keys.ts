// Where a key goes: to what lies over the desk, to the menu, to the line being written, or to the program that runs.

import type { Key } from '../../workstation/keys.ts';
import type { Effect } from '../../workstation/line/state.ts';
import type { Bindings } from '../bindings.ts';
import { directAction, menuAction, menuItems } from '../menu.ts';
import type { Overlay, PageOverlay } from '../model.ts';
import { pageHeight } from '../pictures/overlay.ts';
import { row, STYLES, span } from '../text.ts';
import { say } from '../words.ts';
import { ACTIONS, goFurther, showShell, turnPage } from './actions.ts';
import { pressCard } from './answers.ts';
import { completeLine } from './assist.ts';
import { askPrediction, goOnward } from './cards.ts';
import { announce, type Desk, front, languageOf, lay, placeOf, touch } from './desk.ts';
import { copyText, runLine } from './lines.ts';
import { mayGoOn } from './model.ts';

export function pressOnDesk(desk: Desk, key: Key): void {
  if (desk.jump !== undefined) {
    if (nameOf(key) === 'C-c') desk.jump.stopped = true;
    else desk.jump.typed.push(() => pressOnDesk(desk, key));
    return;
  }
  touch(desk);
  desk.pulse = false;
  const { overlay } = desk;
  if (key.kind === 'wheel') front(desk).scroll(-key.lines);
  else if (overlay !== undefined) pressOver(desk, overlay, key);
  else if (nameOf(key) === bindingsOf(desk).menu) openMenu(desk, true);
  else if (actsAtOnce(desk, key)) return;
  else if (front(desk).writing()) pressAtPrompt(desk, key);
  else pressRunning(desk, key);
  desk.options.changed();
}

/** A key's name, or what was typed; full-width letters count as the usual ones. */
function nameOf(key: Key): string {
  return key.kind === 'key' ? key.name : key.kind === 'text' ? key.text.normalize('NFKC') : '';
}

/** A key that the settings give to an action. */
function actsAtOnce(desk: Desk, key: Key): boolean {
  const action = key.kind === 'key' ? directAction(key.name, placeOf(desk), bindingsOf(desk)) : undefined;
  if (action === undefined) return false;
  ACTIONS[action](desk);
  desk.options.changed();
  return true;
}

function bindingsOf({ options }: Desk): Bindings {
  return options.surface().bindings;
}

function openMenu(desk: Desk, prefixed: boolean): void {
  desk.prefixed = prefixed;
  lay(desk, { kind: 'menu', items: menuItems(languageOf(desk), placeOf(desk), bindingsOf(desk)) });
}

function pressRunning(desk: Desk, key: Key): void {
  const seat = front(desk);
  if (!seat.pane.fullScreen() && scrolls(desk, nameOf(key))) return;
  seat.press(key);
}

function scrolls(desk: Desk, name: string): boolean {
  if (name !== 'PageUp' && name !== 'PageDown') return false;
  const step = Math.max(1, front(desk).pane.rows - 2);
  front(desk).scroll(name === 'PageUp' ? step : -step);
  return true;
}

const FULL_WIDTH = /[\uff01-\uff5e\u3000]/;

function pressAtPrompt(desk: Desk, key: Key): void {
  const seat = front(desk);
  const name = nameOf(key);
  const quick = key.kind === 'key' ? quickLetter(desk, name) : undefined;
  if (key.kind === 'key' && name === 'Escape' && seat.line().search === undefined) openMenu(desk, false);
  else if (quick !== undefined) choose(desk, quick);
  else if (name === 'M-Down' || name === 'M-Up') turnPage(desk, name === 'M-Down' ? 1 : -1);
  else if (name === 'Enter' && seat.line().text === '' && mayGoOn(desk)) goFurther(desk);
  else if (!scrolls(desk, name)) {
    if (key.kind === 'text' && FULL_WIDTH.test(key.text)) {
      announce(desk, row(span(say(languageOf(desk), 'halfWidth'), STYLES.busy)));
    }
    const effect = seat.press(key);
    if (effect !== undefined) cause(desk, effect);
  }
}

/** A letter of the menu that came so soon behind Esc that the terminal's bytes read as Alt, where the line editor has no use for it. */
function quickLetter(desk: Desk, name: string): string | undefined {
  return name.startsWith('M-') && name.length === 3 && !bindingsOf(desk).line.has(name) ? name.slice(2) : undefined;
}

function cause(desk: Desk, effect: Effect): void {
  const seat = front(desk);
  if (effect.kind === 'run') runLine(desk, effect.text);
  else if (effect.kind === 'end') desk.options.leave(false);
  else if (effect.kind === 'clear') seat.clear();
  else if (effect.kind === 'interrupt') {
    seat.finish('^C', false);
    seat.refresh();
  } else if (effect.kind === 'complete') completeLine(desk);
}

function pressOver(desk: Desk, overlay: Overlay, key: Key): void {
  const name = nameOf(key);
  if (overlay.kind === 'menu') pressMenu(desk, key, name);
  else if (overlay.kind === 'card') pressCard(desk, overlay, key, name);
  else pressPage(desk, overlay, name);
}

function pressMenu(desk: Desk, key: Key, name: string): void {
  lay(desk, undefined);
  if (desk.prefixed && name === bindingsOf(desk).menu) front(desk).press(key);
  else if (name === 'Down' || name === 'Up') turnPage(desk, name === 'Down' ? 1 : -1);
  else if (key.kind === 'text') choose(desk, name);
}

function choose(desk: Desk, letter: string): void {
  if (/^[1-4]$/.test(letter)) showShell(desk, Number(letter));
  const action = menuAction(letter, placeOf(desk), bindingsOf(desk));
  if (action !== undefined) ACTIONS[action](desk);
}

const CLOSES = new Set(['Escape', 'q', 'C-c', 'C-d']);

function pressPage(desk: Desk, page: PageOverlay, name: string): void {
  if (name === 'Enter' && page.onward) {
    goOnward(desk);
    return;
  }
  if (CLOSES.has(name) || name === 'Enter' || name === bindingsOf(desk).menu) {
    lay(desk, undefined);
    askPrediction(desk);
    return;
  }
  if (name === 'y' && page.copies !== undefined) copyText(desk, page.copies);
  const room = pageHeight(desk.options.surface().size.rows);
  const most = Math.max(0, page.rows.length - room);
  const steps = new Map([
    ['Up', page.top - 1],
    ['k', page.top - 1],
    ['Down', page.top + 1],
    ['j', page.top + 1],
    ['PageUp', page.top - room],
    ['PageDown', page.top + room],
    [' ', page.top + room],
    ['Home', 0],
    ['End', most],
  ]);
  lay(desk, { ...page, top: Math.max(0, Math.min(most, steps.get(name) ?? page.top)) });
}
