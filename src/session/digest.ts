// What is in a cluster's store, in one line: two clusters with the same digest are the same, to every client.

import { createHash } from 'node:crypto';
import type { LearnerCluster } from './cluster.ts';

/** SHA-256 over every stored object with its revisions, and the causes of all changes. */
export function storeDigest({ simulator }: LearnerCluster): string {
  const hash = createHash('sha256');
  const { revision, tables, causes } = simulator.state.store;
  hash.update(String(revision));
  for (const [table, { objects }] of [...tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [key, stored] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
      hash.update(JSON.stringify([table, key, stored]));
    }
  }
  hash.update(JSON.stringify([...causes]));
  return hash.digest('hex');
}
