import { expect, test } from 'vitest';
import { startDoor } from './door.ts';

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const DEPLOYMENTS = '/apis/apps/v1/namespaces/t/deployments';
const deployment = { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } };

function startScaled() {
  const ask = startDoor();
  ask({ path: DEPLOYMENTS, body: deployment });
  return ask;
}

test('a request for a token shows who asked for what', () => {
  const ask = startDoor();
  const path = '/api/v1/namespaces/t/serviceaccounts/default/token';
  const { status, body } = ask({ path, body: { spec: { audiences: ['a'] } } });
  expect(status).toBe(201);
  expect(body['metadata']).toMatchObject({
    managedFields: [{ subresource: 'token', fieldsV1: { 'f:spec': { 'f:audiences': {}, 'f:expirationSeconds': {} } } }],
  });
});

test('a scale that a patch has emptied has lost its name', () => {
  const ask = startScaled();
  const type = 'application/strategic-merge-patch+json';
  const answer = ask({ method: 'PATCH', path: `${DEPLOYMENTS}/d/scale`, body: { $patch: 'delete' }, type });
  expect(answer).toMatchObject({
    status: 400,
    body: { message: 'the name of the object (d based on URL) was undeterminable: name must be provided' },
  });
});

test('a scale is that of the object with its uid, and of no other', () => {
  const ask = startScaled();
  const body = { metadata: { name: 'd', uid: 'x' }, spec: { replicas: 3 } };
  const { status, body: refusal } = ask({ method: 'PUT', path: `${DEPLOYMENTS}/d/scale`, body });
  expect(status).toBe(409);
  expect(refusal['message']).toContain('Precondition failed: UID in precondition: x, UID in object meta: ');
});
