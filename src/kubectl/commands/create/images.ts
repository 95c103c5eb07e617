// Names for containers, taken from the images that they run.

import type { Sys } from '../../../../sandbox/machine/sys.ts';

/** Letters and digits in which no words can hide. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** `nginx` of `registry.example/library/nginx:1.27`; what is no name of a container gets a random end. */
export function containerName(sys: Sys, image: string): string {
  const name = image.split('/').at(-1)?.split(':')[0]?.split('@')[0] ?? '';
  return /[_.]/.test(name) ? `${name.replace(/[_.]/g, '-')}-${randomSuffix(sys, 5)}` : name;
}

export function randomSuffix(sys: Sys, length: number): string {
  return Array.from({ length }, () => ALPHABET[sys.random(ALPHABET.length)] ?? '').join('');
}
