// What is in the stores of a session's clusters, in one line: two clusters with the same digest are the same, to every client.

import { createHash, type Hash } from 'node:crypto';
import type { StoreState } from '../../sandbox/store/store.ts';
import type { LearnerCluster } from './clusters.ts';

/** SHA-256 over every stored object with its revisions, and the causes of all changes, in all clusters. */
export function storeDigest({ simulator }: LearnerCluster): string {
  const hash = createHash('sha256');
  for (const one of [simulator, ...simulator.beside.values()]) hashStore(hash, one.state.store);
  return hash.digest('hex');
}

function hashStore(hash: Hash, { revision, tables, causes }: StoreState): void {
  hash.update(String(revision));
  for (const [table, { objects }] of [...tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [key, stored] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
      hash.update(JSON.stringify([table, key, stored]));
    }
  }
  hash.update(JSON.stringify([...causes]));
}
