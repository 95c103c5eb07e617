import { expect, test } from 'vitest';
import type { JsonValue } from '../../../../sandbox/kube/json.ts';
import { startDoor } from './door.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/t/deployments';
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };

/** What a patch of a deployment is answered; `number` goes into the text as it stands here. */
function patched(
  number: string,
  type: string,
  wrap = (replicas: string): string => `{"spec":{"replicas":${replicas}}}`,
) {
  const ask = startDoor();
  const body: JsonValue = { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } };
  ask({ path: DEPLOYMENTS, body });
  const query = type === 'application/apply-patch+yaml' ? '?fieldManager=m&force=true' : '';
  return ask({ method: 'PATCH', path: `${DEPLOYMENTS}/d${query}`, text: wrap(number), type });
}

const STRATEGIC = 'application/strategic-merge-patch+json';

test.each([
  ['4294967297', 1],
  ['4294967296', 0],
  ['-2147483649', 2147483647],
  ['9223372036854775808', 0],
  ['1e25', 0],
])('a strategic patch to %s replicas makes %i: the low bits are kept', (sent, replicas) => {
  expect(patched(sent, STRATEGIC)).toMatchObject({ status: 200, body: { spec: { replicas } } });
});

test('what the low bits say is judged like any other number', () => {
  const { status, body } = patched('2147483648', STRATEGIC);
  expect(status).toBe(422);
  expect(body['message']).toContain('spec.replicas: Invalid value: -2147483648: must be greater than or equal to 0');
});

test('an applied number is cut in the same way', () => {
  const text = (n: string) =>
    `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":${n}}}`;
  const answer = patched('4294967298', 'application/apply-patch+yaml', text);
  expect(answer).toMatchObject({ status: 200, body: { spec: { replicas: 2 } } });
});

test('a merge patch is read as a text, in which such a number doesn’t fit', () => {
  const { status, body } = patched('4294967297', 'application/merge-patch+json');
  expect(status).toBe(422);
  expect(body['message']).toContain('json: cannot unmarshal number 4294967297 into Go struct field');
});
