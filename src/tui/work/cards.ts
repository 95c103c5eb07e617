// Questions with the focus: predictions when a step begins, and what is remembered when a lesson is over.

import type { CardOverlay } from '../model.ts';
import type { Card } from '../teacher.ts';
import { row, STYLES, span } from '../text.ts';
import { wrap } from '../wrap.ts';
import { type Desk, lay } from './desk.ts';

/** Opens the prediction that waits for an answer. */
export function askPrediction(desk: Desk): void {
  const card = desk.teacher?.card();
  if (card !== undefined) layCard(desk, 'prediction', card);
}

/** Behind a lesson: the next question, or the next lesson. */
export function goOnward(desk: Desk): void {
  const card = desk.teacher?.review();
  if (card === undefined) desk.options.leave(true);
  else layCard(desk, 'review', card);
}

function layCard(desk: Desk, asks: CardOverlay['asks'], { ask, options, takes }: Card): void {
  const columns = desk.options.surface().size.columns - 8;
  lay(desk, {
    kind: 'card',
    asks,
    ask: wrap(row(span(ask, STYLES.strong)), columns),
    options: options.map((option) => wrap(row(option), columns)),
    takes,
    typed: '',
  });
}
