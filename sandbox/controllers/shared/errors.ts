// What a controller makes of an error of the API.

import { StatusError } from '../../kube/status.ts';

/** Nothing can be made in the namespace any more; trying again is of no use. */
export function isNamespaceGoing(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  return error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true;
}

/** What was asked for isn't served at all: there is no such resource, rather than no such object. */
export function isUnserved(error: unknown): boolean {
  return error instanceof StatusError && error.status.reason === 'NotFound' && error.status.details?.kind === undefined;
}
