// Patch: JSON, merge and strategic patches make the next object from the current one; server-side apply merges what the
// applier wants into it and keeps the books of who owns which field.

import type { Answer, Caller, Operation } from '../kube/operation.ts';
import type { Work } from '../time/loop.ts';
import type { Backend } from './backend.ts';
import type { Served } from './registry.ts';

export type PatchOperation = Extract<Operation, { readonly verb: 'patch' }>;

export interface Patcher {
  patch(backend: Backend, served: Served, operation: PatchOperation, caller: Caller, warnings: string[]): Work<Answer>;
}
