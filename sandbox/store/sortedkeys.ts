// An ordered set of keys that stays cheap at 100,000 of them: sorted chunks, split when they grow. Plain data.

export interface SortedKeys {
  /** Each chunk is sorted and not empty; so are the chunks among themselves. */
  readonly chunks: string[][];
}

const CHUNK_MAX = 512;

export function newSortedKeys(): SortedKeys {
  return { chunks: [] };
}

export function insertKey({ chunks }: SortedKeys, key: string): void {
  const at = chunkFor(chunks, key);
  const chunk = chunks[at];
  if (chunk === undefined) {
    chunks.push([key]);
    return;
  }
  const i = lowerBound(chunk, key);
  if (chunk[i] === key) return;
  chunk.splice(i, 0, key);
  if (chunk.length > CHUNK_MAX) chunks.splice(at + 1, 0, chunk.splice(CHUNK_MAX >> 1));
}

export function removeKey({ chunks }: SortedKeys, key: string): void {
  const at = chunkFor(chunks, key);
  const chunk = chunks[at];
  if (chunk === undefined) return;
  const i = lowerBound(chunk, key);
  if (chunk[i] !== key) return;
  chunk.splice(i, 1);
  if (chunk.length === 0) chunks.splice(at, 1);
}

/** The keys that begin with `prefix`, in order. */
export function* keysWithPrefix({ chunks }: SortedKeys, prefix: string): Generator<string, void> {
  for (let at = chunkFor(chunks, prefix); at < chunks.length; at++) {
    const chunk = chunks[at] ?? [];
    for (let i = lowerBound(chunk, prefix); i < chunk.length; i++) {
      const key = chunk[i] ?? '';
      if (!key.startsWith(prefix)) return;
      yield key;
    }
  }
}

/** The last chunk whose first key isn't after `key`; the first chunk when there is none. */
function chunkFor(chunks: readonly string[][], key: string): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const first = chunks[middle]?.[0];
    if (first !== undefined && first <= key) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
