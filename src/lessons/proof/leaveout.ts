// Solutions with one command left out. Every command that writes is there for something: without it a goal has to stay
// open. Where none does, a goal asks for less than the solution does.

import { unfinished } from '../../workstation/line/unfinished.ts';
import type { Script } from '../lesson.ts';

/** A script without one of its commands. */
export interface Shortened extends Script {
  readonly without: string;
  /** The goal to whose part it belongs. */
  readonly goal?: string;
}

/** Commands of kubectl that change nothing. */
const READS =
  /^kubectl\s+(get|describe|logs|wait|explain|top|events|api-resources|cluster-info|config\s+view|rollout\s+(status|history)|auth\s+can-i)\b/;
const WRITES = /^(kubectl|answer|cp|sed|cat|tee|mkdir|rm|mv)\b/;

/** One for each command that writes. */
export function shortened({ file, text }: Script): readonly Shortened[] {
  const commands = commandsOf(text);
  let goal: string | undefined;
  return commands.flatMap((command, i) => {
    const line = command.trim();
    goal = /^# goal: ([a-z0-9-]+)$/.exec(line)?.[1] ?? goal;
    if (!WRITES.test(line) || READS.test(line)) return [];
    const rest = commands.filter((_, k) => k !== i).join('\n');
    const [first = ''] = line.split('\n');
    return [
      { file: `${file} without \`${first}\``, text: rest, without: first, ...(goal === undefined ? {} : { goal }) },
    ];
  });
}

/** The commands of a script, each with all its lines. */
export function commandsOf(text: string): readonly string[] {
  const commands: string[] = [];
  let pending = '';
  for (const line of text.split('\n')) {
    pending = pending === '' ? line : `${pending}\n${line}`;
    if (unfinished(pending)) continue;
    commands.push(pending);
    pending = '';
  }
  return pending === '' ? commands : [...commands, pending];
}
