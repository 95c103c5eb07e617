// What commands that delete objects have in common: how dependents are treated, and how long an object gets to end.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { parseBool, ValueError } from '../../cli/values.ts';
import type { DeleteOptions } from '../../resource/requests.ts';

export type Propagation = NonNullable<DeleteOptions['propagationPolicy']>;

const POLICIES = new Map<string, Propagation>([
  ['orphan', 'Orphan'],
  ['foreground', 'Foreground'],
  ['background', 'Background'],
]);

/** What --cascade says. */
export function* cascadeOf(call: Call): Blocking<Propagation> {
  const given = call.flags.string('cascade');
  const policy = POLICIES.get(given);
  if (policy !== undefined) return policy;
  const meant = booleanOf(given) ? 'background' : 'orphan';
  yield* call.err(
    `warning: --cascade=${given} is deprecated (boolean value) and can be replaced with --cascade=${meant}.\n`,
  );
  return meant === 'orphan' ? 'Orphan' : 'Background';
}

function booleanOf(given: string): boolean {
  try {
    return parseBool(given);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new Error(`invalid cascade value (${given}). Must be "background", "foreground", or "orphan"`);
  }
}

/** The options of a request; a negative time to end is the object's own. */
export function deleteOptions(propagationPolicy: Propagation, gracePeriod: number, dryRun = false): DeleteOptions {
  return { propagationPolicy, ...(gracePeriod < 0 ? {} : { gracePeriodSeconds: gracePeriod }), dryRun };
}

/** How long one waits for a deletion that sets no limit: a week. */
export const LONG_MS = 7 * 24 * 3600 * 1000;
