// Recorded answers of a real server that the tests of the vocabulary are judged by.

import { readFileSync } from 'node:fs';
import type { JsonValue } from '../../../sandbox/kube/json.ts';
import type { V1Status } from '../../../sandbox/kube/status.ts';

export interface RefusedRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly responseStatusCode: number;
  readonly responseStatus?: V1Status;
}

/** Requests that a real server refused, with the whole Status. */
export function refusedRequests(): readonly RefusedRequest[] {
  return golden('facts/validation.json') as readonly RefusedRequest[];
}

export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: { readonly [name: string]: string };
    readonly body?: JsonValue;
  };
  readonly response: { readonly status: number; readonly body: JsonValue };
}

/** Requests and answers of one recorded conversation. */
export function conversation(name: string): readonly Exchange[] {
  const { steps } = golden(`recorded/http/${name}.json`) as { readonly steps: readonly Partial<Exchange>[] };
  return steps.filter((step): step is Exchange => step.request !== undefined);
}

function golden(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../golden/${path}`, import.meta.url), 'utf8'));
}
