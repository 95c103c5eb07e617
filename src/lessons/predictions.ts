// Predictions: what can be answered, what came true, and whether both agree. A choice is one text: the ids of options with
// blanks between, or a number.

import { compileExpression } from '../checks/cel.ts';
import type { Look } from '../checks/state.ts';
import { bindingsOf } from '../checks/state.ts';
import type { Language } from '../i18n/language.ts';
import type { Prediction } from './lesson.ts';

/** What was typed, as a choice: numbers of options, or the number itself. Undefined when it is no answer. */
export function choiceOf({ type, options }: Prediction, words: readonly string[]): string | undefined {
  if (type === 'number')
    return words.length === 1 && /^-?\d{1,9}(\.\d{1,6})?$/.test(words[0] ?? '') ? words[0] : undefined;
  const chosen = words.map((word) => (/^\d{1,3}$/.test(word) ? options[Number(word) - 1]?.id : undefined));
  const ids = chosen.filter((id) => id !== undefined);
  const wanted = type === 'one' ? 1 : type === 'order' ? options.length : Math.max(1, words.length);
  if (ids.length !== words.length || ids.length !== wanted || new Set(ids).size !== ids.length) return undefined;
  return inOrder(type, options, ids).join(' ');
}

/** Where the order doesn't matter, it is that of the options. */
function inOrder(type: Prediction['type'], options: Prediction['options'], ids: readonly string[]): readonly string[] {
  if (type !== 'many') return ids;
  return options.map(({ id }) => id).filter((id) => ids.includes(id));
}

/** What came true, as a choice; undefined while the cluster can't tell. */
export function outcomeOf({ type, options, actual }: Prediction, look: Look): string | undefined {
  if ('fixed' in actual) return inOrder(type, options, actual.fixed).join(' ');
  const bindings = bindingsOf(actual.objects ?? new Map(), look);
  const found = compileExpression(actual.cel, bindings.keys()).evaluate(bindings);
  if ('problem' in found || found.value === null || found.value === undefined) return undefined;
  const values = Array.isArray(found.value) ? found.value.map(String) : [String(found.value)];
  return inOrder(type, options, values).join(' ');
}

export function isPredicted({ type, tolerance = 0 }: Prediction, choice: string, outcome: string): boolean {
  if (type === 'number') return Math.abs(Number(choice) - Number(outcome)) <= tolerance;
  return choice === outcome;
}

/** A choice in words. */
export function choiceText({ type, options }: Prediction, choice: string, lang: Language): string {
  if (type === 'number') return choice;
  const texts = choice.split(' ').map((id) => options.find((option) => option.id === id)?.text[lang] ?? id);
  return texts.join(type === 'order' ? ' → ' : lang === 'ja' ? '、' : ', ');
}

/** How it is answered: `predict 2`, `predict 1 3`. */
export function answerForm({ type, options }: Prediction): string {
  if (type === 'number') return 'predict NUMBER';
  if (type === 'one') return 'predict 1';
  const numbers = options.map((_, i) => i + 1);
  return `predict ${(type === 'order' ? numbers.reverse() : numbers.slice(0, 2)).join(' ')}`;
}
