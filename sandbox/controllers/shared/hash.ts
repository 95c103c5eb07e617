// Hashes: in the names that controllers give to what they make, and as the order in which they leave things.

import { compareText } from '../../kube/go/text.ts';

/** How many bits FNV's 32-bit form has been given as its start. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const UTF8 = new TextEncoder();

/** Letters and digits that make no words; the alphabet of generated names. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1 in 32 bits; `1a` mixes in each byte before it multiplies. */
export function fnv32(text: string, variant: '1' | '1a', more: readonly number[] = []): number {
  let hash = FNV_OFFSET;
  const step = (byte: number): void => {
    hash = variant === '1a' ? Math.imul(hash ^ byte, FNV_PRIME) : Math.imul(hash, FNV_PRIME) ^ byte;
  };
  for (const byte of UTF8.encode(text)) step(byte);
  for (const byte of more) step(byte);
  return hash >>> 0;
}

const FNV128_OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const FNV128_PRIME = 0x0000000001000000000000000000013bn;

/** FNV-1a in 128 bits, as 32 hexadecimal digits. */
export function fnv128a(text: string): string {
  let hash = FNV128_OFFSET;
  for (const byte of UTF8.encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * FNV128_PRIME);
  return hash.toString(16).padStart(32, '0');
}

/** A hash as it stands in names: its decimal digits, each exchanged for a letter. */
export function safeHash(hash: number): string {
  return [...String(hash)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
}

/** Things in the order of the hashes of their texts, in which real controllers leave ports and subsets. */
export function inHashOrder<T>(items: readonly T[], textOf: (item: T) => string): readonly T[] {
  if (items.length < 2) return items;
  const hashed = items.map((item) => ({ item, hash: fnv128a(textOf(item)) }));
  return hashed.sort((a, b) => compareText(a.hash, b.hash)).map(({ item }) => item);
}
