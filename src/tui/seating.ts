// What the screen is given to show: what there is to learn, and the sessions that are sat down at.

import type { Language } from '../i18n/language.ts';
import type { InputBody } from '../session/inputs.ts';
import type { Session } from '../session/session.ts';
import type { ListModel, Surface, WelcomeModel } from './model.ts';
import type { Teacher } from './teacher.ts';
import type { SystemShells } from './work/shells.ts';

/** A session to sit down at. */
export interface Seating {
  readonly session: Session;
  readonly teacher?: (surface: () => Surface) => Teacher;
  readonly history?: readonly string[];
  readonly ran?: (line: string) => void;
  /** As DeskOptions.shells. */
  readonly shells?: (enter: (input: InputBody) => void) => SystemShells;
  /** As DeskOptions.notices. */
  readonly notices?: () => readonly string[];
  /** Keeps what has to be kept. */
  readonly close?: () => void;
}

/** What there is to learn, and how it is begun. */
export interface Offer {
  readonly folder: string;
  modules(lang: Language): ListModel['modules'];
  /** The lesson where the learner left off. */
  next(): string | undefined;
  /** The lesson behind one. */
  after(lesson: string): string | undefined;
  /** The incident of today. */
  readonly daily: string;
  /** `undefined` begins play. */
  begin(lesson: string | undefined): Seating;
  /** The cluster behind the first screen. */
  nodes(): Pick<WelcomeModel, 'nodes' | 'took' | 'resumes'>;
  /** Makes that cluster; called once the first screen is seen. */
  prepare(): void;
}
