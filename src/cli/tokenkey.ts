// With what a cluster signs that programs outside get at: nobody may guess it.

import { randomBytes } from 'node:crypto';

export function newTokenKey(): string {
  return randomBytes(32).toString('base64');
}
