// The built-in kinds that have rules of their own, one file each.

import type { Kind } from '../kind.ts';
import { events } from './event.ts';
import { namespaces } from './namespace.ts';

export const KINDS: readonly Kind[] = [namespaces, events];
