// Everything that is on the screen, as plain data. A picture is a function of this and of nothing else, so that the screen can be
// tested without one.

import type { Language } from '../i18n/language.ts';
import type { Bindings } from './bindings.ts';
import type { ClusterView } from './clusterview.ts';
import type { Glyphs } from './glyphs.ts';
import type { Happening } from './happenings.ts';
import type { Size } from './layout.ts';
import type { CardTakes } from './teacher.ts';
import type { Row } from './text.ts';

/** What every picture needs to know. */
export interface Surface {
  readonly size: Size;
  readonly lang: Language;
  readonly glyphs: Glyphs;
  readonly bindings: Bindings;
}

export type GoalMark = 'open' | 'done' | 'guard' | 'broken';

export interface GoalView {
  readonly title: string;
  readonly mark: GoalMark;
  /** Something familiar is wrong here: `check` or `hint` tells what. */
  readonly question: boolean;
  /** Expected, is, because: shown where there is room. */
  readonly detail: readonly Row[];
}

export interface LessonView {
  /** `1.1 Your first Pod` */
  readonly title: string;
  readonly step: number;
  readonly steps: number;
  readonly stepTitle: string;
  /** The story of this step, broken into rows for the room that it has. */
  readonly story: readonly Row[];
  /** Which page of it is seen, from 0. */
  readonly page: number;
  readonly goals: readonly GoalView[];
  /** All that the story of this step offers has been run. */
  readonly tried: boolean;
  /** Outcomes of predictions: shown when they are known. */
  readonly predicted: readonly Row[];
  /** An incident: how long a practised person takes, in milliseconds. */
  readonly par?: number;
}

export interface TerminalView {
  readonly rows: readonly Row[];
  readonly cursor: { readonly row: number; readonly column: number; readonly visible: boolean };
  /** A program has taken the whole screen. */
  readonly full: boolean;
  /** Its name, where that is known. */
  readonly program?: string;
  /** Rows that came while scrolled up; undefined when not scrolled. */
  readonly unseen: number | undefined;
  readonly running: boolean;
  /** A shell of the learner's own system. */
  readonly system: boolean;
  readonly namespace: string;
}

export interface ShellTab {
  readonly id: number;
  readonly running: string | undefined;
}

/** What lies over the picture and has the keys. */
export type Overlay = { readonly kind: 'menu'; readonly items: readonly MenuItem[] } | PageOverlay | CardOverlay;

export interface PageOverlay {
  readonly kind: 'page';
  readonly title: string;
  readonly rows: readonly Row[];
  readonly top: number;
  /** The lesson is over: Enter goes on behind it. */
  readonly onward: boolean;
  /** What `y` puts on the clipboard. */
  readonly copies?: string;
}

export interface CardOverlay {
  readonly kind: 'card';
  /** Before a step, or behind the lesson. */
  readonly asks: 'prediction' | 'review';
  readonly ask: readonly Row[];
  readonly options: readonly (readonly Row[])[];
  readonly takes: CardTakes;
  /** What is chosen or typed so far. */
  readonly typed: string;
}

export interface MenuItem {
  readonly key: string;
  readonly text: string;
}

/** The work view: a lesson, or play when `lesson` is absent. */
export interface WorkModel extends Surface {
  readonly view: 'work';
  readonly lesson?: LessonView;
  readonly terminal: TerminalView;
  readonly shells: readonly ShellTab[];
  readonly shell: number;
  /** The terminal alone. */
  readonly zoomed: boolean;
  readonly cluster: ClusterView;
  readonly happened: readonly Happening[];
  /** Who is doing what, since when. */
  readonly busy: Row;
  /** `slowed`: real time goes faster than the cluster can. */
  readonly clock: { readonly elapsed: number; readonly speed: number; readonly slowed: boolean };
  /** A word among the hints that shall be noticed. */
  readonly pulse: boolean;
  /** Said once, in the last row, in place of the keys. */
  readonly notice: Row | undefined;
  readonly overlay?: Overlay;
}

export interface WelcomeModel extends Surface {
  readonly view: 'welcome';
  readonly nodes: readonly { readonly name: string; readonly ready: boolean }[];
  /** How long the cluster took to be ready, in milliseconds. */
  readonly took: number | undefined;
  /** Enter goes on where the learner left off. */
  readonly resumes: boolean;
  /** What was chosen is being made ready. */
  readonly opening: boolean;
  /** The lesson that Enter begins. */
  readonly next: string;
  readonly folder: string;
  readonly overlay?: Overlay;
}

export interface ListedLesson {
  readonly id: string;
  /** `1.1` */
  readonly number: string;
  readonly title: string;
  readonly minutes: number;
  readonly state: 'done' | 'begun' | 'open' | 'coming';
}

export interface ListModel extends Surface {
  readonly view: 'list';
  readonly modules: readonly { readonly title: string; readonly lessons: readonly ListedLesson[] }[];
  /** The chosen one, counted through all modules. */
  readonly chosen: number;
  /** It is being made ready. */
  readonly opening: boolean;
  readonly overlay?: Overlay;
}

export type ScreenModel = WorkModel | WelcomeModel | ListModel;
