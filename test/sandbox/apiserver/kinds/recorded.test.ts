// What a real cluster refused, asked of ours: every error, its words and its place in the list.

import { describe, expect, test } from 'vitest';
import type { V1Status, V1StatusCause } from '../../../../sandbox/kube/status.ts';
import { recorded, startCluster } from './cluster.ts';

interface Refusal {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly responseStatusCode: number;
  readonly responseStatus: Pick<V1Status, 'details'>;
  readonly unstable?: boolean;
}

/** Refused by what stands before or behind the rules of kinds: query options, admission, and what the reader of bodies says. */
const ELSEWHERE = [
  'dryRun',
  'fieldManager',
  'fieldValidation',
  'podsecurity',
  'vap-',
  'pod/body-empty-object',
  'pod/containers-missing',
  'pod/spec-null',
];

const DONE = ['pods', 'configmaps', 'secrets', 'namespaces'];

const refusals = recorded<Refusal>('validation').filter(
  ({ name, method, path, responseStatusCode }) =>
    method === 'POST' &&
    responseStatusCode === 422 &&
    DONE.some((resource) => path.split('?')[0]?.endsWith(`/${resource}`)) &&
    !ELSEWHERE.some((part) => name.includes(part)),
);

describe('what a real cluster refuses', () => {
  const cluster = startCluster(['t']);
  const named = (cause: V1StatusCause) =>
    [cause.reason, cause.field, cause.message].join('|').replaceAll(/A_(?:[a-z0-9]{5}|<random>)|"uid":"[^"]*"/g, '*');
  for (const { name, method, path, body, responseStatus, unstable } of refusals) {
    test(name, () => {
      const { code, body: status } = cluster.send(method, path, body);
      const causesOf = (given: object) => {
        const causes = ((given as Refusal['responseStatus']).details?.causes ?? []).map(named);
        return unstable === true ? causes.toSorted() : causes;
      };
      expect(code).toBe(422);
      expect(causesOf(status)).toEqual(causesOf(responseStatus));
    });
  }
});
