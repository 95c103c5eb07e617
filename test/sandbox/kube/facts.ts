// Recorded answers of a real server that the tests of the vocabulary are judged by.

import { readFileSync } from 'node:fs';
import type { V1Status } from '../../../sandbox/kube/status.ts';

export interface RefusedRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly responseStatusCode: number;
  readonly responseStatus?: V1Status;
}

/** Requests that a real server refused, with the whole Status. */
export function refusedRequests(): readonly RefusedRequest[] {
  return JSON.parse(readFileSync(new URL('../../golden/facts/validation.json', import.meta.url), 'utf8'));
}
