// The menu: one letter each. Which of them there are depends on whether somebody teaches.

import type { Language } from '../i18n/language.ts';
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
  | 'undo'
  | 'skip'
  | 'pause'
  | 'shell'
  | 'zoom'
  | 'mouse'
  | 'help'
  | 'leave';

interface Entry {
  readonly key: string;
  readonly action: MenuAction;
  readonly word: Word;
  /** Only where somebody teaches. */
  readonly lesson?: true;
}

const ENTRIES: readonly Entry[] = [
  { key: 'i', action: 'insert', word: 'menuInsert', lesson: true },
  { key: 'h', action: 'hint', word: 'menuHint', lesson: true },
  { key: 'c', action: 'check', word: 'menuCheck', lesson: true },
  { key: 's', action: 'story', word: 'menuStory', lesson: true },
  { key: 'n', action: 'next', word: 'menuNext', lesson: true },
  { key: 'm', action: 'map', word: 'menuMap' },
  { key: 't', action: 'timeline', word: 'menuTimeline' },
  { key: 'u', action: 'undo', word: 'menuUndo' },
  { key: 'k', action: 'skip', word: 'menuSkip' },
  { key: 'p', action: 'pause', word: 'menuPause' },
  { key: '+', action: 'shell', word: 'menuShell' },
  { key: 'z', action: 'zoom', word: 'menuZoom' },
  { key: 'M', action: 'mouse', word: 'menuMouse' },
  { key: '?', action: 'help', word: 'menuHelp' },
  { key: 'q', action: 'leave', word: 'menuLeave' },
];

export function menuItems(lang: Language, lesson: boolean): MenuItem[] {
  return ENTRIES.filter((entry) => lesson || entry.lesson !== true).map(({ key, word }) => ({
    key,
    text: say(lang, word),
  }));
}

/** What a letter chooses; full-width letters, too. */
export function menuAction(letter: string, lesson: boolean): MenuAction | undefined {
  const key = letter.normalize('NFKC');
  return ENTRIES.find((entry) => entry.key === key && (lesson || entry.lesson !== true))?.action;
}
