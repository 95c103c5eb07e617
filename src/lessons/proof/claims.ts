// What lint claims of every check of a lesson at the moments of its runs: the start is unsolved, a solution reaches all, a
// wrong way gets its diagnosis, and what the author's marks say in between. A check of which nothing is claimed is free.

import { isReached } from '../assess.ts';
import { goalOf, type Lesson } from '../lesson.ts';
import type { Runner } from '../runner.ts';
import type { Mark } from './marks.ts';

/** Whose check it is. */
export type Owner = {
  readonly kind: 'goal' | 'guard' | 'diagnosis' | 'prediction' | 'irrecoverable';
  readonly id: string;
};

/** A moment of which something is claimed: the end of a run, or a mark. */
export type Moment =
  | { readonly kind: 'start' | 'solution' }
  | { readonly kind: 'wrong'; readonly diagnosis: string }
  | { readonly kind: 'shortened'; readonly goal?: string }
  | { readonly kind: 'mark'; readonly mark: Mark };

/** Whether the check has to hold at that moment; undefined when lint doesn't mind. */
export function claimOf(owner: Owner, moment: Moment, runner: Runner): boolean | undefined {
  switch (moment.kind) {
    case 'start':
      return owner.kind === 'guard';
    case 'solution':
      return owner.kind === 'goal' || owner.kind === 'guard' || owner.kind === 'prediction';
    case 'wrong':
      if (owner.kind === 'diagnosis') return owner.id === moment.diagnosis;
      return claimOfFailure(owner, goalOf(runner.lesson, moment.diagnosis), runner);
    case 'shortened':
      return claimOfFailure(owner, moment.goal, runner);
    case 'mark':
      return claimOfMark(owner, moment.mark);
  }
}

/** The goal that fails is open; not all goals are reached. */
function claimOfFailure({ kind, id }: Owner, failing: string | undefined, runner: Runner): boolean | undefined {
  if (kind !== 'goal' && kind !== 'guard') return undefined;
  const last = kind === 'goal' && runner.goals().every((goal) => goal.id === id || isReached(goal));
  return id === failing || last ? false : undefined;
}

const MARKED: Readonly<Record<Mark['kind'], { readonly owner: Owner['kind']; readonly holds: boolean }>> = {
  open: { owner: 'goal', holds: false },
  done: { owner: 'goal', holds: true },
  broken: { owner: 'guard', holds: false },
  unknown: { owner: 'prediction', holds: false },
  known: { owner: 'prediction', holds: true },
  diagnosis: { owner: 'diagnosis', holds: true },
};

function claimOfMark(owner: Owner, { kind, id }: Mark): boolean | undefined {
  const claimed = MARKED[kind];
  if (owner.kind !== claimed.owner) return undefined;
  if (kind === 'diagnosis') return owner.id === id;
  return owner.id === id ? claimed.holds : undefined;
}

/** The mark that would say of a check how it is. */
export function markFor({ kind, id }: Owner, holds: boolean): string {
  if (kind === 'diagnosis') return `# diagnosis: ${holds ? id : 'none'}`;
  if (kind === 'guard') return `# broken: ${id}`;
  if (kind === 'prediction') return `# ${holds ? 'known' : 'unknown'}: ${id}`;
  return `# ${holds ? 'done' : 'open'}: ${id}`;
}

/** Every check of a lesson, with whose it is. */
export function ownersOf(lesson: Lesson) {
  return [
    ...lesson.goals.map((goal) => ({
      owner: { kind: goal.guard === true ? 'guard' : 'goal', id: goal.id } as const,
      check: goal.check,
      ...(goal.sticky === true ? { stays: true } : {}),
    })),
    ...(lesson.diagnose ?? []).map(({ id, when }) => ({ owner: { kind: 'diagnosis', id } as const, check: when })),
    ...(lesson.predict ?? []).map(({ id, known }) => ({
      owner: { kind: 'prediction', id } as const,
      check: known,
      stays: true,
    })),
    ...(lesson.irrecoverable ?? []).map(({ when }, i) => ({
      owner: { kind: 'irrecoverable', id: `${i + 1}` } as const,
      check: when,
    })),
  ];
}
