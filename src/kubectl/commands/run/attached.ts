// The second half of `kubectl run -i`: attached to the pod until it ends.

import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import type { ResourceType } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { ExitError } from '../../errors.ts';
import type { RunOptions } from './run.ts';

export interface Made {
  readonly type: ResourceType;
  readonly object: JsonObject;
}

export function* attachAfterRun(
  _call: Call,
  _options: RunOptions,
  _pod: JsonObject,
  _made: readonly Made[],
): Blocking<void> {
  throw new ExitError(3, 'error: attaching is not built yet');
}
