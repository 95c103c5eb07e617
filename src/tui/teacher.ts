// What the work view needs of whoever teaches: the lesson as it is shown, words typed at the prompt, questions. The runner of the
// lessons is put behind this (`lessonteacher.ts`); in play there is none.

import type { GoalView } from './model.ts';
import type { Row } from './text.ts';

/** A question: about what will happen, asked before it does; or about what was learned. */
export interface Card {
  readonly ask: string;
  readonly options: readonly string[];
  readonly takes: CardTakes;
}

/** One option, several in the order in which they are chosen, or words that are typed. */
export type CardTakes = 'one' | 'several' | 'words';

/** What there is to be told after a look at the cluster. */
export interface News {
  /** For the last row. */
  readonly notices: readonly string[];
  /** For the terminal, above the line that is being written. */
  readonly told: readonly string[];
}

/** What a drill has beside what a lesson has. */
export interface IncidentView {
  /** Milliseconds since the page came, until it was over. */
  elapsed(): number;
  /** Milliseconds that a practised person takes. */
  readonly par: number;
  /** Recovered, or given up. */
  over(): boolean;
  /** Three lines to paste. */
  result(): readonly string[];
}

/** How an open goal stands. */
export interface Stand {
  readonly title: string;
  readonly actual: string;
  /** Another text when something has changed that concerns it. */
  readonly print: string;
}

export interface Teacher {
  /** Only in a drill: nothing is offered, nothing can be undone, and the clock runs. */
  readonly incident?: IncidentView;
  title(): string;
  step(): number;
  readonly steps: number;
  stepTitle(): string;
  story(columns: number): readonly Row[];
  goals(columns: number): readonly GoalView[];
  predicted(columns: number): readonly Row[];
  /** Commands of this step that can be put in, in order. */
  offered(): readonly string[];
  /** The question that is open. */
  card(): Card | undefined;
  /** Answers it with numbers of options, from 1, or with what was typed; false when that can't be an answer. Goes on without, too. */
  answer(words: readonly string[] | undefined): boolean;
  /** A line that is for the teacher; what it answers is shown. Undefined when the line is for the shell. */
  word(line: string): readonly string[] | undefined;
  /** Looks at the cluster; at once when a command has ended, else no oftener than one can see. */
  update(atOnce: boolean): News;
  /** What is so of the open goals of this step. */
  standing(): readonly Stand[];
  /** All goals of this step hold. */
  stepDone(): boolean;
  /** This step has no goals. */
  asksNothing(): boolean;
  /** Goes on to the next step; false when there is none. */
  next(): boolean;
  done(): boolean;
  /** What is to be taken from the lesson, when it is done. */
  debrief(columns: number): readonly Row[];
  /** The next question about what was learned, when the lesson is done. */
  review(): Card | undefined;
  /** Answers it, or leaves it for another day; what is said to that. */
  answerReview(words: readonly string[] | undefined): readonly string[];
  stop(): void;
}
