// RSA keys from a stream of chance: with the same stream, the same key, so that a session that is played again has it.

import { integer, sequence } from '../../../kube/x509/der.ts';

/** Divisors that are tried before the costly test. */
const SMALL = smallPrimes(4000);
const ROUNDS = 8;
const EXPONENT = 65_537n;

function smallPrimes(limit: number): readonly number[] {
  const found: number[] = [];
  for (let n = 3; n < limit; n += 2) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** A private key (PKCS #1, DER) of so many bits. `random` gives whole numbers below a limit. */
export function rsaKey(bits: number, random: (limit: number) => number): Uint8Array {
  const half = bits / 2;
  let p = prime(half, random);
  let q = prime(half, random);
  while (q === p) q = prime(half, random);
  if (p < q) [p, q] = [q, p];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = [0n, p * q, EXPONENT, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  return sequence(...numbers.map((number) => integer(bytesOf(number))));
}

/** With both highest bits set, so that two of them make a number of twice the length. */
function prime(bits: number, random: (limit: number) => number): bigint {
  const top = 3n << BigInt(bits - 2);
  for (;;) {
    const start = drawn(bits - 2, random) | top | 1n;
    const rests = SMALL.map((small) => Number(start % BigInt(small)));
    // From there upwards; a stretch without any is given up.
    for (let step = 0; step < 8192; step += 2) {
      if (SMALL.some((small, i) => ((rests[i] ?? 0) + step) % small === 0)) continue;
      const candidate = start + BigInt(step);
      if (isPrime(candidate) && (candidate - 1n) % EXPONENT !== 0n) return candidate;
    }
  }
}

function drawn(bits: number, random: (limit: number) => number): bigint {
  let number = 0n;
  for (let got = 0; got < bits; got += 16) number = (number << 16n) | BigInt(random(65_536));
  return number & ((1n << BigInt(bits)) - 1n);
}

/** By Miller's and Rabin's test, with the first primes as witnesses. */
function isPrime(n: bigint): boolean {
  const even = n - 1n;
  let odd = even;
  let twos = 0;
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  return [2, ...SMALL.slice(0, ROUNDS - 1)].map(BigInt).every((witness) => {
    let x = power(witness, odd, n);
    if (x === 1n || x === even) return true;
    for (let i = 1; i < twos; i++) {
      x = (x * x) % n;
      if (x === even) return true;
    }
    return false;
  });
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const digit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (digit === '1') result = (result * base) % modulus;
  }
  return result;
}

/** By Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulus, value % modulus];
  let [x, y] = [0n, 1n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function bytesOf(number: bigint): Uint8Array {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
