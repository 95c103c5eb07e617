// Which kinds `apply --prune` looks through.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Mapper } from '../../discovery/mapper.ts';

export interface PruneKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Reads `GROUP/VERSION/KIND`, where `core` is the core group. */
export function* pruneKinds(mapper: Mapper, allowlist: readonly string[]): Blocking<readonly PruneKind[]> {
  const kinds: PruneKind[] = [];
  for (const text of allowlist) {
    const [first = '', version = '', kind = '', ...more] = text.split('/');
    if (text.split('/').length !== 3 || more.length > 0) {
      throw new Error(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    }
    const group = first === 'core' ? '' : first;
    yield* mapper.mapping({ group, kind }, version);
    kinds.push({ group, version, kind });
  }
  return kinds;
}
