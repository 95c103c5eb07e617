// All commands below `kubectl rollout`.

import type { Command } from '../../command.ts';
import { rolloutHistory } from './history.ts';
import { rolloutStatus } from './status.ts';
import { steeringCommands } from './steering.ts';
import { rolloutUndo } from './undo.ts';

export const rolloutCommands: readonly Command[] = [rolloutHistory, rolloutStatus, rolloutUndo, ...steeringCommands];
