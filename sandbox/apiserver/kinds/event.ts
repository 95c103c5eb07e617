// Event: what somebody wants to have noticed. Stored as the core group's kind, and served as events.k8s.io's too.

import { CoreEvents } from '../../schema/generated/resources.ts';
import type { CoreV1Event } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';

export const events = defineKind<CoreV1Event>({ type: CoreEvents, strategy: {} });
