// The commands that are written. A new one is a file of its own and a line here; its facts stand in the catalog.

import type { Command } from '../command.ts';
import { get } from './get.ts';
import { root } from './root.ts';

export const commands: readonly Command[] = [root, get];
