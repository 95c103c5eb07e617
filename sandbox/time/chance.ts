// Seeded chance. Each purpose has a stream of its own, addressed by name and number, so that one more draw somewhere
// renames nothing elsewhere. Nothing here is fit for secrets: key material comes from the operating system.

/** The letters of generated name suffixes: no vowels and no digits that look like them (as Kubernetes chooses them). */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A stream of draws for one purpose. `n` numbers the draws: the same n gives the same value, in any order. */
export interface Draws {
  /** 32 unsigned bits. */
  bits(n: number): number;
  /** A whole number from 0 up to, but without, `limit`. */
  below(n: number, limit: number): number;
  /** A number from 0 up to, but without, 1. */
  fraction(n: number): number;
}

/** Opens the stream for one purpose: `draws(seed, 'uid', namespace, name)`. */
export function draws(seed: number, ...purpose: readonly string[]): Draws {
  const [high, low] = hash(purpose.join('\u0000'), seed);
  const bits = (n: number): number => mix(high ^ Math.imul(n + 1, 0x9e3779b1), low + n);
  return {
    bits,
    below: (n, limit) => Math.floor((bits(n) / 4294967296) * limit),
    fraction: (n) => bits(n) / 4294967296,
  };
}

/** A version 4 uuid made of draws n, n+1, n+2 and n+3. */
export function uuid(stream: Draws, n: number): string {
  const hex = [0, 1, 2, 3]
    .map((i) =>
      stream
        .bits(n * 4 + i)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The random end of a generated name: `length` letters of the safe alphabet. */
export function nameSuffix(stream: Draws, n: number, length = 5): string {
  let suffix = '';
  for (let i = 0; i < length; i++)
    suffix += SUFFIX_ALPHABET.charAt(stream.below(n * length + i, SUFFIX_ALPHABET.length));
  return suffix;
}

/** 64 bits of hash of a text, as two halves (the mixing steps of MurmurHash3). */
function hash(text: string, seed: number): [number, number] {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ Math.imul(seed, 0x85ebca6b);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

function mix(high: number, low: number): number {
  let x = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 15), 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  x ^= x >>> 16;
  x = Math.imul(x, 0x27d4eb2f);
  return (x ^ (x >>> 15)) >>> 0;
}
