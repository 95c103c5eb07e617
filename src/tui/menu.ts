// The menu: one letter each. Which of them there are depends on whether somebody teaches.

import type { Language } from '../i18n/language.ts';
import type { Bindings } from './bindings.ts';
import type { MenuItem } from './model.ts';
import { say, type Word } from './words.ts';

export type MenuAction =
  | 'insert'
  | 'hint'
  | 'check'
  | 'story'
  | 'next'
  | 'map'
  | 'timeline'
  | 'traffic'
  | 'diff'
  | 'undo'
  | 'skip'
  | 'pause'
  | 'speed'
  | 'shell'
  | 'zoom'
  | 'copy'
  | 'language'
  | 'mouse'
  | 'help'
  | 'leave';

/** A lesson, an incident, a cluster without either. */
export type Place = 'lesson' | 'drill' | 'play';

const TAUGHT: readonly Place[] = ['lesson', 'drill'];

interface Entry {
  readonly action: MenuAction;
  /** Unless the settings have another one. */
  readonly letter: string;
  readonly word: Word;
  /** Only there. */
  readonly only?: readonly Place[];
}

export const ACTIONS: readonly Entry[] = [
  { action: 'insert', letter: 'i', word: 'menuInsert', only: ['lesson'] },
  { action: 'hint', letter: 'h', word: 'menuHint', only: TAUGHT },
  { action: 'check', letter: 'c', word: 'menuCheck', only: TAUGHT },
  { action: 'story', letter: 's', word: 'menuStory', only: TAUGHT },
  { action: 'next', letter: 'n', word: 'menuNext', only: ['lesson'] },
  { action: 'map', letter: 'm', word: 'menuMap' },
  { action: 'timeline', letter: 't', word: 'menuTimeline' },
  { action: 'traffic', letter: 'f', word: 'menuTraffic' },
  { action: 'diff', letter: 'd', word: 'menuDiff' },
  { action: 'undo', letter: 'u', word: 'menuUndo', only: ['lesson', 'play'] },
  { action: 'skip', letter: 'k', word: 'menuSkip' },
  { action: 'pause', letter: 'p', word: 'menuPause' },
  { action: 'speed', letter: 'x', word: 'menuSpeed' },
  { action: 'shell', letter: '+', word: 'menuShell' },
  { action: 'zoom', letter: 'z', word: 'menuZoom' },
  { action: 'copy', letter: 'y', word: 'menuCopy' },
  { action: 'language', letter: 'L', word: 'menuLanguage' },
  { action: 'mouse', letter: 'M', word: 'menuMouse' },
  { action: 'help', letter: '?', word: 'menuHelp' },
  { action: 'leave', letter: 'q', word: 'menuLeave' },
];

function available(place: Place): readonly Entry[] {
  return ACTIONS.filter(({ only }) => only?.includes(place) !== false);
}

export function menuItems(lang: Language, place: Place, { letters }: Bindings): MenuItem[] {
  return available(place).map(({ action, letter, word }) => ({
    key: letters.get(action) ?? letter,
    text: say(lang, word),
  }));
}

/** What a letter chooses; full-width letters, too. */
export function menuAction(typed: string, place: Place, { letters }: Bindings): MenuAction | undefined {
  const key = typed.normalize('NFKC');
  return available(place).find(({ action, letter }) => (letters.get(action) ?? letter) === key)?.action;
}

/** What a key does at once, by the settings. */
export function directAction(key: string, place: Place, { direct }: Bindings): MenuAction | undefined {
  const action = direct.get(key);
  return available(place).find((entry) => entry.action === action)?.action;
}
