// Marks in the scripts of an author: comments that say how things are once all that stands above them has been run.
// `# open: ID` and `# done: ID` speak of goals, `# broken: ID` of guards, `# unknown: ID` and `# known: ID` of predictions,
// `# diagnosis: ID` (or `none`) of what is recognised. `# goal: ID` begins the part that reaches a goal: until then it is open.

import type { Script } from '../lesson.ts';
import { commandsOf } from './leaveout.ts';

const KINDS = ['open', 'done', 'broken', 'unknown', 'known', 'diagnosis'] as const;

export interface Mark {
  readonly kind: (typeof KINDS)[number];
  readonly id: string;
  /** From 1, in the script. */
  readonly line: number;
}

/** Some commands of a script, and what is claimed of the moment at which they have ended. */
export interface Piece {
  readonly text: string;
  /** Of its first command. */
  readonly line: number;
  readonly marks: readonly Mark[];
}

/** What a diagnosis is called where nothing is recognised. */
export const NOTHING = 'none';

const MARK = /^# ([a-z]+): ([a-z0-9][a-z0-9 -]*)$/;

/** A script cut at its marks; with `each`, after every command. What stands above the first command is not claimed. */
export function piecesOf({ text, reordered = false }: Script, { each = false } = {}): readonly Piece[] {
  const pieces: Piece[] = [];
  let lines: string[] = [];
  let from = 1;
  let at = 1;
  let goal: string | undefined;
  const close = (marks: readonly Mark[]): void => {
    const last = pieces.pop();
    if (last !== undefined && lines.length === 0) pieces.push({ ...last, marks: [...last.marks, ...marks] });
    else if (last !== undefined) pieces.push(last);
    if (lines.length > 0) pieces.push({ text: lines.join('\n'), line: from, marks });
    lines = [];
  };
  for (const command of commandsOf(text)) {
    const [, word = '', ids = ''] = MARK.exec(command.trimEnd()) ?? [];
    const kind = word === 'goal' ? 'open' : KINDS.find((one) => one === word);
    if (kind !== undefined) {
      const named = ids.split(' ').filter((id) => id !== '');
      // In another order only what a part says of its own goal is still so.
      const claimed = named.filter((id) => word === 'goal' || !reordered || id === goal);
      close(claimed.map((id) => ({ kind, id, line: at })));
      if (word === 'goal') [goal] = named;
    } else if (!/^\s*(#.*)?$/.test(command)) {
      if (lines.length === 0) from = at;
      lines.push(command);
      if (each) close([]);
    }
    at += command.split('\n').length;
  }
  close([]);
  return pieces;
}
