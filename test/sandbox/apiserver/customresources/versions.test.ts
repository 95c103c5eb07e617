import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../sandbox/kube/json.ts';
import { startDoor } from '../http/door.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const MERGE = 'application/merge-patch+json';

function version(name: string, storage: boolean): JsonValue {
  return { name, served: true, storage, schema: { openAPIV3Schema: { type: 'object' } } };
}

/** Widgets are stored as v1. */
function widgets() {
  const ask = startDoor();
  const names = { plural: 'widgets', kind: 'Widget' };
  const spec = { group: 'example.com', scope: 'Cluster', names, versions: [version('v1', true)] };
  ask({ path: DEFINITIONS, body: { metadata: { name: 'widgets.example.com' }, spec } });
  const change = (body: JsonValue, part = '') =>
    ask({ method: 'PATCH', path: `${DEFINITIONS}/widgets.example.com${part}`, body, type: MERGE });
  return { ask, change };
}

describe('a version that is taken from a definition while objects are stored in it', () => {
  const { ask, change } = widgets();
  ask({
    path: '/apis/example.com/v1/widgets',
    body: { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } },
  });
  change({ spec: { versions: [version('v1', false), version('v2', true)] } });
  change({ status: { storedVersions: ['v2'] } }, '/status');
  expect(change({ spec: { versions: [version('v2', true)] } }).status).toBe(200);
  const why = 'request to convert CR from an invalid group/version: example.com/v1';

  it.each([
    ['GET', '/a', 500, why],
    ['DELETE', '/a', 500, why],
    ['DELETE', '', 500, why],
    ['GET', '', 429, `storage is (re)initializing: failed to list example.com/v2, Kind=Widget: ${why}`],
  ])('%s /widgets%s is answered with %i', (method, path, status, message) => {
    const answer = ask({ method, path: `/apis/example.com/v2/widgets${path}` });
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });
});

describe('the status of a definition', () => {
  it('keeps the stored version when it is emptied, and nobody has changed anything', () => {
    const { change } = widgets();
    const { body } = change({ status: { storedVersions: [] } }, '/status');
    expect(body).toMatchObject({ status: { storedVersions: ['v1'] } });
    expect(JSON.stringify(body['metadata'])).not.toContain('f:storedVersions');
  });

  it('takes no names that are none', () => {
    const { change } = widgets();
    const { body } = change({ status: { acceptedNames: { plural: 'A B' } } }, '/status');
    expect(body['message']).toContain('status.acceptedNames.plural: Invalid value: "A B"');
  });
});

describe('a part that is closed to whatever its schema does not name', () => {
  const closed = (spec: JsonValue): JsonValue => ({
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
  });

  it('refuses members instead of taking them away', () => {
    const { ask, change } = widgets();
    change({ spec: { versions: [closed({ type: 'object', additionalProperties: false })] } });
    const body = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' }, spec: { x: 1 } };
    expect(ask({ path: '/apis/example.com/v1/widgets', body }).body['message']).toBe(
      'Widget.example.com "a" is invalid: spec: Invalid value: "x": spec.x in body is a forbidden property',
    );
  });

  it('may name nothing itself', () => {
    const { change } = widgets();
    const properties = { a: { type: 'string' } };
    const refused = change({
      spec: { versions: [closed({ type: 'object', properties, additionalProperties: false })] },
    });
    expect(refused.body['message']).toContain('additionalProperties and properties are mutual exclusive');
    const open = change({ spec: { versions: [closed({ type: 'object', properties, additionalProperties: true })] } });
    expect(open.status).toBe(200);
  });
});
