// Home: the first screen, and the list of lessons. Here stands what is seen there and what each key asks for; `app.ts`
// does it.

import type { Language } from '../i18n/language.ts';
import type { Key } from '../workstation/keys.ts';
import type { ListModel, Overlay, ScreenModel, Surface } from './model.ts';
import type { Offer } from './seating.ts';
import { say } from './words.ts';

export type Home = { readonly name: 'welcome' } | { readonly name: 'list'; readonly chosen: number };

/** What a key asks for. To open nothing certain is to play. */
export type HomeAct =
  | { readonly act: 'none' | 'quit' | 'help' | 'language' }
  | { readonly act: 'show'; readonly home: Home }
  | { readonly act: 'open'; readonly lesson: string | undefined };

export interface HomeLook {
  readonly surface: Surface;
  readonly overlay: Overlay | undefined;
  /** A session is being opened, which may take a moment. */
  readonly opening: boolean;
}

export function homeModel(home: Home, offer: Offer, { surface, overlay, opening }: HomeLook): ScreenModel {
  const { lang } = surface;
  const over = overlay === undefined ? {} : { overlay };
  if (home.name === 'list')
    return { ...surface, view: 'list', modules: offer.modules(lang), chosen: home.chosen, opening, ...over };
  const next = titleOf(offer, lang, offer.next());
  return { ...surface, view: 'welcome', ...offer.nodes(), next, folder: offer.folder, opening, ...over };
}

function titleOf(offer: Offer, lang: Language, lesson: string | undefined): string {
  const found = lessonsOf(offer, lang).find(({ id }) => id === lesson);
  return found === undefined ? say(lang, 'lessons') : `${found.number} ${found.title}`;
}

type Listed = ListModel['modules'][number]['lessons'][number];

function lessonsOf(offer: Offer, lang: Language): readonly Listed[] {
  return offer.modules(lang).flatMap((module) => module.lessons);
}

/** The list, with a lesson chosen: the first when there is no such lesson. */
export function listAt(offer: Offer, lang: Language, lesson: string | undefined): Home {
  const place = lessonsOf(offer, lang).findIndex(({ id }) => id === lesson);
  return { name: 'list', chosen: Math.max(0, place) };
}

type Keyed = (offer: Offer, lang: Language) => HomeAct;

/** Keys that mean the same in both. */
const KEYS: ReadonlyMap<string, Keyed> = new Map<string, Keyed>([
  ['q', () => ({ act: 'quit' })],
  ['C-c', () => ({ act: 'quit' })],
  ['C-d', () => ({ act: 'quit' })],
  ['?', () => ({ act: 'help' })],
  ['Tab', () => ({ act: 'language' })],
  ['p', () => ({ act: 'open', lesson: undefined })],
  ['d', ({ daily }) => ({ act: 'open', lesson: daily })],
]);

const WELCOME_KEYS: ReadonlyMap<string, Keyed> = new Map<string, Keyed>([
  ['l', (offer, lang) => ({ act: 'show', home: listAt(offer, lang, offer.next()) })],
  [
    'Enter',
    (offer, lang) => {
      const next = offer.next();
      return next === undefined ? { act: 'show', home: listAt(offer, lang, undefined) } : { act: 'open', lesson: next };
    },
  ],
]);

/** How far each key goes down the list. */
const MOVES: ReadonlyMap<string, number> = new Map([
  ['Up', -1],
  ['k', -1],
  ['Down', 1],
  ['j', 1],
  ['PageUp', -10],
  ['PageDown', 10],
]);

export function homeAct(home: Home, key: Key, offer: Offer, lang: Language): HomeAct {
  const name = key.kind === 'key' ? key.name : key.kind === 'text' ? key.text.normalize('NFKC') : '';
  const keyed = KEYS.get(name);
  if (keyed !== undefined) return keyed(offer, lang);
  if (home.name === 'list') return listAct(home.chosen, name, lessonsOf(offer, lang));
  return WELCOME_KEYS.get(name)?.(offer, lang) ?? { act: 'none' };
}

function listAct(chosen: number, name: string, lessons: readonly Listed[]): HomeAct {
  const move = MOVES.get(name);
  if (move !== undefined) {
    const place = Math.max(0, Math.min(lessons.length - 1, chosen + move));
    return { act: 'show', home: { name: 'list', chosen: place } };
  }
  if (name === 'Escape') return { act: 'show', home: { name: 'welcome' } };
  const lesson = name === 'Enter' ? lessons[chosen] : undefined;
  return lesson === undefined || lesson.state === 'coming' ? { act: 'none' } : { act: 'open', lesson: lesson.id };
}
