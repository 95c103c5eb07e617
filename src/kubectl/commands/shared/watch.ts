// Watching: what is there first, then every change, printed as it comes.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { ExitError } from '../../errors.ts';

export function* watchAndPrint(call: Call, ..._rest: readonly unknown[]): Blocking<void> {
  yield* call.err('');
  throw new ExitError(3, 'error: "--watch" is not built yet');
}
