// How the last try of each pod went: for whoever wants to look behind the scheduler's decisions.

import type { TimeMs } from '../time/units.ts';
import type { NodeScores, Result } from './cycle.ts';
import type { Rejection } from './plugin.ts';

/** One node's fate in a try. */
interface Verdict {
  readonly node: string;
  /** Absent where the node would have done. */
  readonly rejection?: Rejection;
  readonly scores: readonly { readonly plugin: string; readonly raw: number; readonly weighted: number }[];
  readonly total: number;
}

export interface Trial {
  readonly at: TimeMs;
  readonly chosen: string | undefined;
  /** Why the pod fits nowhere, whatever the nodes; empty otherwise. */
  readonly refused: string;
  readonly verdicts: readonly Verdict[];
}

export type Trials = Map<string, Trial>;

const TRIALS_MAX = 256;
const NODES_MAX = 100;

export function remember(trials: Trials, key: string, at: TimeMs, { choice, diagnosis }: Result): void {
  trials.delete(key);
  trials.set(key, {
    at,
    chosen: choice.node?.name,
    refused: diagnosis.before,
    verdicts: diagnosis.total > NODES_MAX ? [] : [...fitting(choice), ...refused(diagnosis)],
  });
  if (trials.size <= TRIALS_MAX) return;
  const oldest = trials.keys().next();
  if (oldest.done !== true) trials.delete(oldest.value);
}

function fitting(choice: Result['choice']): readonly Verdict[] {
  if (choice.node === undefined) return [];
  const { feasible, scores } = choice;
  return feasible.map(({ name }, i) => verdictOf(name, i, scores));
}

function verdictOf(node: string, i: number, all: readonly NodeScores[]): Verdict {
  const scores = all.map(({ plugin, raw, weighted }) => ({ plugin, raw: raw[i] ?? 0, weighted: weighted[i] ?? 0 }));
  return { node, scores, total: scores.reduce((sum, { weighted }) => sum + weighted, 0) };
}

function refused({ rejections }: Result['diagnosis']): readonly Verdict[] {
  return [...rejections].map(([node, rejection]) => ({ node, rejection, scores: [], total: 0 }));
}
