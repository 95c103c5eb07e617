// The built-in kinds that have rules of their own, one file each.

import type { Kind } from '../kind.ts';
import { configMaps } from './configmap.ts';
import { events } from './event.ts';
import { namespaces } from './namespace.ts';
import { pods } from './pod.ts';
import { secrets } from './secret.ts';

export const KINDS: readonly Kind[] = [namespaces, configMaps, secrets, pods, events];
