// Which keys do what on the screen: the usual ones, or those of the learner's settings. A letter stands in the menu; any other
// key acts at once, wherever the menu could be opened.

import { isObject, type JsonValue } from '../../sandbox/kube/json.ts';
import { type ActionName, isActionName, LINE_BINDINGS } from '../workstation/line/editor.ts';
import { ACTIONS, type MenuAction } from './menu.ts';

export interface Bindings {
  /** Opens the menu anywhere, also in a program that takes all keys. */
  readonly menu: string;
  readonly letters: ReadonlyMap<MenuAction, string>;
  /** Actions by the names of keys, as `workstation/keys.ts` gives them. */
  readonly direct: ReadonlyMap<string, MenuAction>;
  /** What keys do in the line that is being written. */
  readonly line: ReadonlyMap<string, ActionName>;
}

export const USUAL_BINDINGS: Bindings = {
  menu: 'C-]',
  letters: new Map(ACTIONS.map(({ action, letter }) => [action, letter])),
  direct: new Map(),
  line: LINE_BINDINGS,
};

/** The keys that somebody wants can't be had: which, and why. */
export class BindingError extends Error {}

/** Keys that the line editor and the menu can't do without. */
const TAKEN = new Set(['Enter', 'Escape', 'Tab', 'Backspace', 'Up', 'Down', 'Left', 'Right', 'C-c', 'C-d', 'C-z']);
const KEY =
  /^(?:C-)?(?:M-)?(?:S-)?(?:[!-~]|Space|Backspace|Insert|Delete|Home|End|PageUp|PageDown|Up|Down|Left|Right|F(?:[1-9]|1[0-2]))$/;
/** `1` to `4` are the shells. */
const LETTER = /^[!-0:-~5-9]$/;

/**
 * From `action: key` or `action: [key, key]`. Actions are those of the menu, those of readline by its names, and `menu`, the key
 * that opens the menu. Throws a BindingError.
 */
export function bindingsOf(wanted: JsonValue): Bindings {
  if (!isObject(wanted)) throw new BindingError('keys: a table is wanted, as in `hint: F2`');
  const letters = new Map(USUAL_BINDINGS.letters);
  const direct = new Map<string, MenuAction>();
  const line = new Map(LINE_BINDINGS);
  let menu = USUAL_BINDINGS.menu;
  for (const [name, value] of Object.entries(wanted)) {
    const action = ACTIONS.find((each) => each.action === name)?.action;
    for (const key of keysIn(name, value)) {
      if (name === 'menu') menu = freeKey(name, key);
      else if (isActionName(name)) line.set(freeKey(name, key), name);
      else if (action === undefined) throw new BindingError(`keys.${name}: there is no such action. ${actionNames()}`);
      else if (LETTER.test(key)) letters.set(action, key);
      else direct.set(freeKey(name, key), action);
    }
  }
  refuseDoubles(letters);
  return { menu, letters, direct, line };
}

function actionNames(): string {
  return `There are menu, ${ACTIONS.map(({ action }) => action).join(', ')}, and those of readline.`;
}

function keysIn(name: string, value: JsonValue | undefined): readonly string[] {
  const keys = Array.isArray(value) ? value : [value];
  return keys.map((key) => {
    if (typeof key === 'string' || typeof key === 'number') return String(key);
    throw new BindingError(`keys.${name}: a key is wanted, as \`F2\`, \`C-o\`, \`M-h\` or a letter of the menu`);
  });
}

function freeKey(name: string, key: string): string {
  if (key.length === 1 || !KEY.test(key)) throw new BindingError(`keys.${name}: ${key} is no key that can be used`);
  if (TAKEN.has(key)) throw new BindingError(`keys.${name}: ${key} is needed for typing`);
  return key;
}

function refuseDoubles(letters: ReadonlyMap<MenuAction, string>): void {
  const owners = new Map<string, MenuAction>();
  for (const [action, letter] of letters) {
    const other = owners.get(letter);
    if (other !== undefined) throw new BindingError(`keys: ${other} and ${action} have the same letter, ${letter}`);
    owners.set(letter, action);
  }
}

/** How an action of the menu is reached: `Esc m`. */
export function menuKey({ bindings }: { readonly bindings: Bindings }, action: MenuAction): string {
  return `Esc ${bindings.letters.get(action) ?? ''}`;
}

/** A key as people write it: `Ctrl-]`. */
export function keyText(key: string): string {
  return key.replace(/C-/, 'Ctrl-').replace(/M-/, 'Alt-').replace(/S-/, 'Shift-');
}
