// Which of several faults of a request is told, and what is looked at first: as a real server answered when it was asked.

import { describe, expect, it } from 'vitest';
import { type Asked, startDoor } from './door.ts';

interface Row extends Asked {
  readonly title: string;
  readonly status: number;
  /** The whole message. */
  readonly says: string;
}

const MAPS = '/api/v1/namespaces/t/configmaps';
const JSON_PATCH = 'application/json-patch+json';
const NOT_ALLOWED = 'the server does not allow this method on the requested resource';

const ROWS: readonly Row[] = [
  {
    title: 'a timeout that is no length of time comes before what isn’t there',
    method: 'GET',
    path: `${MAPS}/none?timeout=x`,
    status: 400,
    says: 'invalid timeout specified in the request URL - time: invalid duration "x"',
  },
  {
    title: 'a selector that can’t be read comes before options that don’t go together',
    method: 'GET',
    path: `${MAPS}?resourceVersionMatch=Foo&labelSelector=%3D1`,
    status: 400,
    says: "found '=', expected: !, identifier, or 'end of string'",
  },
  {
    title: 'what isn’t there comes before a patch that can’t be read',
    method: 'PATCH',
    path: `${MAPS}/none`,
    text: 'x',
    type: JSON_PATCH,
    status: 404,
    says: 'configmaps "none" not found',
  },
  {
    title: 'options of a deletion that can’t be read are refused as a body is',
    method: 'DELETE',
    path: `${MAPS}/none`,
    text: '{"a":',
    status: 400,
    says: "couldn't get version/kind; json parse error: unexpected end of JSON input",
  },
  {
    title: 'an applied list is no map',
    method: 'PATCH',
    path: `${MAPS}/a?fieldManager=m`,
    text: '- x',
    type: 'application/apply-patch+yaml',
    status: 400,
    says: 'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
  },
  ...[
    ['/apis/batch/v1/namespaces/t/jobs', 'field label "a.b" not supported for Job'],
    [
      '/apis/resource.k8s.io/v1/resourceslices',
      'field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: a.b',
    ],
    ['/api/v1/nodes', 'field label not supported: a.b'],
    [MAPS, '"a.b" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ].map(([path = '', says = '']) => ({
    title: `a field that ${path} aren’t selected by is refused in words of their own`,
    method: 'GET',
    path: `${path}?fieldSelector=a.b%3Dc`,
    status: 400,
    says,
  })),
  {
    title: 'what is in no namespace, and names its fields, isn’t selected by namespaces',
    method: 'GET',
    path: '/api/v1/nodes?fieldSelector=metadata.namespace%3Dt',
    status: 400,
    says: 'field label not supported: metadata.namespace',
  },
  { title: 'documents of a version are read alone', method: 'PATCH', path: '/api/v1', status: 405, says: NOT_ALLOWED },
  { title: 'so is the version', method: 'DELETE', path: '/version', status: 405, says: NOT_ALLOWED },
];

describe('a real server', () => {
  const ask = startDoor();
  for (const { title, status, says, ...asked } of ROWS) {
    it(`finds that ${title}`, () => {
      expect(ask(asked)).toMatchObject({ status, body: { message: says } });
    });
  }

  it('lets an event go at once, whatever is wished for its dependents: it has none', () => {
    const involvedObject = { kind: 'Pod', name: 'p', namespace: 't' };
    ask({ path: '/api/v1/namespaces/t/events', body: { metadata: { name: 'e' }, involvedObject } });
    const gone = ask({ method: 'DELETE', path: '/api/v1/namespaces/t/events/e?propagationPolicy=Foreground' });
    expect(gone).toMatchObject({ status: 200, body: { kind: 'Status', status: 'Success' } });
  });

  it('selects custom resources by their names, and by namespaces only where they are in some', () => {
    const schema = { openAPIV3Schema: { type: 'object' } };
    const versions = [{ name: 'v1', served: true, storage: true, schema }];
    const spec = { group: 'x.io', scope: 'Cluster', names: { plural: 'cs', kind: 'C' }, versions };
    ask({
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      body: { metadata: { name: 'cs.x.io' }, spec },
    });
    for (const field of ['metadata.namespace', 'a']) {
      const answer = ask({ method: 'GET', path: `/apis/x.io/v1/cs?fieldSelector=${field}%3Db` });
      expect(answer).toMatchObject({ status: 400, body: { message: `field label not supported: ${field}` } });
    }
    expect(ask({ method: 'GET', path: '/apis/x.io/v1/cs?fieldSelector=metadata.name%3Db' }).status).toBe(200);
  });

  it('lists its groups whatever the method', () => {
    expect(ask({ method: 'PATCH', path: '/apis' })).toMatchObject({ status: 200, body: { kind: 'APIGroupList' } });
  });

  it('takes an empty list of managed fields for the wish that nobody owns anything', () => {
    ask({ path: MAPS, body: { metadata: { name: 'a' }, data: { b: 'c' } } });
    const body = { metadata: { name: 'a', managedFields: [] }, data: { b: 'c' } };
    const { body: after } = ask({ method: 'PUT', path: `${MAPS}/a`, body });
    expect(after['metadata']).not.toHaveProperty('managedFields');
  });
});
