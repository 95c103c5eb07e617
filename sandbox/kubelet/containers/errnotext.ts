// How programs written in Go name the kernel's errors.

import { errorText } from '../../machine/errors.ts';
import type { ErrnoCode } from '../../machine/sys.ts';

/** `connection refused` */
export function errnoText(code: ErrnoCode): string {
  return errorText(code).toLowerCase();
}
