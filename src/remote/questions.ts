// Questions to a cluster that answers later. Judging is synchronous: what it asks and nobody has answered yet is thrown;
// whoever judges waits for the answer and judges again, until every question has been answered.

class Unanswered extends Error {
  readonly settle: () => Promise<void>;
  constructor(settle: () => Promise<void>) {
    super('a question that has not been answered yet');
    this.settle = settle;
  }
}

type Answer = { readonly value: unknown } | { readonly error: unknown };

export interface Questions {
  /** The answer; the same key asks only once. Throws what the question failed with. */
  ask<T>(key: string, question: () => Promise<T>): T;
  /** What was answered may be otherwise by now. */
  forget(): void;
}

/** More rounds than this mean that every answer leads to a new question. */
const ROUNDS_MAX = 500;

export function createQuestions(): Questions {
  const answers = new Map<string, Answer>();
  return {
    ask<T>(key: string, question: () => Promise<T>): T {
      const known = answers.get(key);
      if (known === undefined)
        throw new Unanswered(async () => {
          answers.set(key, await settled(question));
        });
      if ('error' in known) throw known.error;
      // What is kept under a key came from this key's question.
      return known.value as T;
    },
    forget: () => answers.clear(),
  };
}

async function settled(question: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await question() };
  } catch (error) {
    return { error };
  }
}

/** Judges until nothing is left to ask. */
export async function answered<T>(judge: () => T): Promise<T> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    try {
      return judge();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      await error.settle();
    }
  }
  throw new Error('there is no end to the questions');
}
