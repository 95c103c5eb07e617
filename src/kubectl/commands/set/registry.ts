// All that `kubectl set` can change.

import type { Command } from '../../command.ts';
import { setEnv } from './env.ts';
import { setImage } from './image.ts';
import { setResources } from './resources.ts';
import { setSelector } from './selector.ts';
import { setServiceAccount } from './serviceaccount.ts';
import { setSubject } from './subject.ts';

export const setCommands: readonly Command[] = [
  setEnv,
  setImage,
  setResources,
  setSelector,
  setServiceAccount,
  setSubject,
];
