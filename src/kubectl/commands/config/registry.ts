// All commands below `kubectl config`.

import type { Command } from '../../command.ts';
import { contextCommands } from './contexts.ts';
import { entryCommands } from './entries.ts';
import { propertyCommands } from './properties.ts';
import { configView } from './view.ts';

export const configCommands: readonly Command[] = [
  ...contextCommands,
  ...entryCommands,
  ...propertyCommands,
  configView,
];
