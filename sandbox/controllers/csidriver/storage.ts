// What a storage driver can do with its storage, beyond what the API knows: the machine room keeps the files.

/** Names are the driver's own. */
export interface Storage {
  has(name: string): boolean;
  /** What isn't there, because nobody has mounted it yet, is copied as something empty. */
  copy(from: string, to: string): void;
  remove(name: string): void;
}

/** Where the files of a volume lie, by the volume's name. */
export function filesOfVolume(volume: string): string {
  return `pv/${volume}`;
}

/** Where those of a snapshot lie, by its handle. */
export function filesOfSnapshot(handle: string): string {
  return `snapshot/${handle}`;
}
