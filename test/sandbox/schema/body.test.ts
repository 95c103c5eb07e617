import { describe, expect, test } from 'vitest';
import { readBody, readCustomBody, strictWarnings } from '../../../sandbox/schema/body.ts';
import { facts, kindAtPath, type SentRequest, utf8 } from './facts.ts';

const refused = facts<SentRequest[]>('validation.json');
const warned = facts<SentRequest[]>('warnings.json');

/** Messages of the decoder, as opposed to those of admission and validation. */
const DECODING = / cannot be handled as a |^the object provided is unrecognized|^error decoding|^json: /;

function formatOf({ contentType }: SentRequest): 'json' | 'yaml' {
  return contentType === 'application/yaml' ? 'yaml' : 'json';
}

/** Requests whose whole body is an object of a kind of Kubernetes' own. */
function withBody(requests: readonly SentRequest[]): readonly SentRequest[] {
  return requests.filter(({ method, path, body, contentType }) => {
    const media = contentType ?? 'application/json';
    const known = media === 'application/json' || media === 'application/yaml';
    return (method === 'POST' || method === 'PUT') && body !== undefined && known && kindAtPath(path) !== undefined;
  });
}

/** What the server would say of the body: why it refuses it, or undefined. */
function refusalOf(request: SentRequest): string | undefined {
  const kind = kindAtPath(request.path);
  if (kind === undefined || request.body === undefined) throw new Error(`no body of a known kind: ${request.name}`);
  try {
    const { strict, gvk } = readBody(utf8(request.body), formatOf(request), kind);
    if (strict.length === 0 || request.query?.includes('fieldValidation=Strict') !== true) return undefined;
    const what = `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${kind.kind}`;
    return `${what}: strict decoding error: ${strict.join(', ')}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('recorded requests', () => {
  const requests = withBody(refused);

  test('a body that the decoder refuses is refused in the same words', () => {
    const ours = requests.filter(({ responseStatus }) => DECODING.test(responseStatus?.message ?? ''));
    expect(ours.length).toBeGreaterThan(55);
    const wrong = ours.filter((request) => refusalOf(request) !== request.responseStatus?.message);
    expect(wrong.map((request) => [request.name, refusalOf(request)])).toEqual([]);
  });

  test('a body that is refused later decodes without complaint', () => {
    const later = requests.filter(({ responseStatus }) => !DECODING.test(responseStatus?.message ?? ''));
    expect(later.length).toBeGreaterThan(600);
    expect(later.filter((request) => refusalOf(request) !== undefined).map(({ name }) => name)).toEqual([]);
  });

  test('unknown and duplicate fields are the warnings that the server sends', () => {
    const told = (request: SentRequest): string[] =>
      (request.warnings ?? []).filter((text) => /(?:unknown|duplicate) field|already set in map/.test(text));
    const wrong = withBody(warned).filter((request) => {
      const kind = kindAtPath(request.path);
      if (kind === undefined || request.body === undefined) return true;
      const { strict } = readBody(utf8(request.body), formatOf(request), kind);
      const ours = strictWarnings(strict).map((text) => `299 - "${text.replaceAll('"', '\\"')}"`);
      return ours.join() !== told(request).join();
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

describe('bodies in general', () => {
  const pods = kindAtPath('/api/v1/namespaces/t/pods');
  if (pods === undefined) throw new Error('no pods');

  test('what the body leaves out is taken from the request', () => {
    const { gvk } = readBody(utf8('{"metadata":{"name":"x"}}'), 'json', pods);
    expect(gvk).toEqual({ group: '', version: 'v1', kind: 'Pod' });
  });

  test('an old version of the kind is told by its version, for the request to be refused', () => {
    const deployments = kindAtPath('/apis/apps/v1/namespaces/t/deployments');
    if (deployments === undefined) throw new Error('no deployments');
    const body = utf8('{"apiVersion":"apps/v1beta1","kind":"Deployment"}');
    expect(readBody(body, 'json', deployments).gvk.version).toBe('v1beta1');
  });

  test('an old version is read as what it was, and converted only into what became of it', () => {
    const read = (path: string, body: object) => () => {
      const expected = kindAtPath(path);
      if (expected === undefined) throw new Error(`no kind at ${path}`);
      return readBody(utf8(JSON.stringify(body)), 'json', expected);
    };
    const old = { apiVersion: 'extensions/v1beta1', kind: 'Deployment', spec: {} };
    const deployments = '/apis/apps/v1/namespaces/a/deployments';
    expect(read(deployments, old)().gvk).toEqual({ group: 'extensions', version: 'v1beta1', kind: 'Deployment' });
    expect(read(deployments, { ...old, spec: { replicas: 'x' } })).toThrow(
      'Deployment in version "v1beta1" cannot be handled as a Deployment: ' +
        'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
    expect(read(deployments, { ...old, spec: { foo: 1 } })().strict).toEqual(['unknown field "spec.foo"']);
    expect(read('/api/v1/namespaces/a/pods', { ...old, kind: 'DeploymentRollback' })).toThrow(
      'cannot be handled as a Pod: converting (v1beta1.DeploymentRollback) to (core.Pod): unknown conversion',
    );
  });

  test('an empty body is named as such', () => {
    expect(() => readBody(utf8(''), 'json', pods)).toThrow(/unexpected end of JSON input \(<empty>\)$/);
  });

  test('a custom resource keeps what nobody knows, and tells what stands twice', () => {
    const gvk = { group: 'example.com', version: 'v1', kind: 'Foo' };
    const text = '{"apiVersion":"example.com/v1","kind":"Foo","spec":{"a":1,"a":2,"b":[{"c":1,"c":1}]}}';
    const read = readCustomBody(utf8(text), 'json', gvk);
    expect(read.value).toMatchObject({ spec: { a: 2 } });
    expect(read.strict).toEqual(['duplicate field "spec.a"', 'duplicate field "spec.b[0].c"']);
  });
});
