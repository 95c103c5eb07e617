// How long a client gives its request: `timeout` in the query. Nothing here takes that long, but what can't be read is refused,
// before the server asks who sends it.

import { badRequest } from '../../kube/status.ts';
import { DecodingError } from '../../schema/errors.ts';
import { parseDuration } from '../../schema/scalars/duration.ts';
import type { Address } from './address.ts';
import { firstOf, type Query } from './query.ts';

const STREAMS = ['attach', 'exec', 'proxy', 'log', 'portforward'];

/** Throws BadRequest. Streams have no such limit. */
export function checkDeadline(address: Address, query: Query): void {
  const timeout = firstOf(query, 'timeout') ?? '';
  if (timeout === '' || isStream(address)) return;
  try {
    parseDuration(timeout);
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    throw badRequest(`invalid timeout specified in the request URL - ${error.message}`);
  }
}

function isStream(address: Address): boolean {
  if (address.kind !== 'resource') return false;
  const { verb, target } = address;
  return verb === 'watch' || verb === 'proxy' || STREAMS.includes(target.subresource ?? '');
}
