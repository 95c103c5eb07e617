// Carrying out acts on a copy of the cluster.

import type { Act } from './check.ts';
import type { Ground } from './ground.ts';
import { lastLine } from './script.ts';

/** How long a single command of a check may take, of cluster time. */
export const COMMAND_MS = 120_000;

/** What went wrong, if it did. */
export function carryOut(act: Act, { session }: Pick<Ground, 'session'>): string | undefined {
  switch (act.kind) {
    case 'advance':
      session.advance(act.ms);
      return undefined;
    case 'start':
      session.startBeside(act.run);
      return undefined;
    case 'deed':
      session.perform(act.deed);
      return undefined;
    case 'exec': {
      const { status, output } = session.exec(act.run, COMMAND_MS);
      return status === 0 ? undefined : lastLine(output);
    }
  }
}
