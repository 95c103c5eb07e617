// Paths within a container or a volume, and file modes.

import { invalid } from '../../../kube/fielderrors.ts';
import type { Errors } from './checks.ts';

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

export function* fileMode(field: string, mode: number | undefined): Errors {
  if (mode !== undefined && (mode > 0o777 || mode < 0)) yield invalid(field, mode, MODE);
}

export function* noBacksteps(field: string, path: string | undefined): Errors {
  if (path?.split('/').includes('..')) yield invalid(field, path, "must not contain '..'");
}

/** A path that stays below the folder from which it leads. */
export function* descendingPath(field: string, path = ''): Errors {
  if (path.startsWith('/')) yield invalid(field, path, 'must be a relative path');
  yield* noBacksteps(field, path);
}

/** The same, and no name that begins with two dots: those are the volume's own. */
export function* unreservedPath(field: string, path = ''): Errors {
  yield* descendingPath(field, path);
  if (path.startsWith('..') && !path.startsWith('../')) yield invalid(field, path, "must not start with '..'");
}
