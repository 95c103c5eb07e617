import { describe, expect, it } from 'vitest';
import {
  ANY_RULE,
  inOrder,
  matchesHost,
  matchesPath,
  type PathMatch,
  type PortPlan,
  type Rule,
  ruleFor,
} from '../../../../../sandbox/machine/programs/edge/routes.ts';
import { redirected, rewritten } from '../../../../../sandbox/machine/programs/edge/targets.ts';
import type { ServedRequest } from '../../../../../sandbox/machine/serve.ts';

const asked = (path: string, more: Readonly<Record<string, string>> = {}) => ({
  method: 'GET',
  host: more['host'] ?? 'a.test',
  path,
  header: (name: string) => more[name],
  cookie: () => undefined,
  query: () => undefined,
});

function planOf(...rules: readonly Partial<Rule>[]): PortPlan {
  return { port: 80, wildcards: 'label', rules: inOrder(rules.map((rule) => ({ ...ANY_RULE, ...rule }))) };
}

function request(target: string, host = 'a.test'): ServedRequest {
  const [path = '', query = ''] = target.split('?');
  return {
    method: 'GET',
    target,
    version: 'HTTP/1.1',
    headers: { host: [host] },
    path,
    query,
    body: new Uint8Array(),
    client: undefined,
  };
}

describe('Rules of a proxy', () => {
  it.each<readonly [PathMatch['type'], string, string, boolean]>([
    ['prefix', '/api', '/api', true],
    ['prefix', '/api', '/api/v1', true],
    ['prefix', '/api', '/apix', false],
    ['prefix', '/api/', '/api', true],
    ['prefix', '/', '/anything', true],
    ['exact', '/api', '/api/', false],
    ['exact', '/api', '/api', true],
    ['text', '/api', '/apix', true],
    ['regex', '/a(/|$)(.*)', '/A/b', true],
    ['regex', '/a$', '/ab', false],
  ])('%s %s, asked for %s: %s', (type, value, path, fits) => {
    expect(matchesPath({ type, value }, path)).toBe(fits);
  });

  it.each([
    ['*.a.test', 'x.a.test', 'label', true],
    ['*.a.test', 'x.y.a.test', 'label', false],
    ['*.a.test', 'x.y.a.test', 'suffix', true],
    ['*.a.test', 'a.test', 'suffix', false],
    ['', 'any', 'label', true],
  ] as const)('host %s and a request for %s by %s: %s', (pattern, host, wildcards, fits) => {
    expect(matchesHost(pattern, host, wildcards)).toBe(fits);
  });

  it('prefer precise hosts, exact paths, long prefixes, methods and headers', () => {
    const rule = (timeoutMs: number, more: Partial<Rule>): Partial<Rule> => ({ timeoutMs, ...more });
    const plan = planOf(
      rule(1, {}),
      rule(2, { host: 'a.test' }),
      rule(3, { host: 'a.test', path: { type: 'prefix', value: '/api' } }),
      rule(4, { host: 'a.test', path: { type: 'exact', value: '/api' } }),
      rule(5, { host: '*.test', path: { type: 'exact', value: '/api' } }),
      rule(6, { host: 'a.test', headers: [{ name: 'x', value: 'y', type: 'exact' }] }),
    );
    const of = (path: string, more?: Readonly<Record<string, string>>) => ruleFor(plan, asked(path, more))?.timeoutMs;
    expect([of('/'), of('/api'), of('/api/v1'), of('/', { x: 'y' })]).toEqual([2, 4, 3, 6]);
    expect([of('/api', { host: 'b.test' }), of('/x', { host: 'b.test' }), of('/', { host: 'c' })]).toEqual([
      5,
      undefined,
      1,
    ]);
  });

  it('fill rewritten paths from what the expression caught', () => {
    const rule = { ...ANY_RULE, path: { type: 'regex', value: '/shop(/|$)(.*)' } as const };
    expect(rewritten({ ...rule, rewrite: { template: '/$2' } }, request('/shop/cart?x=1'))).toBe('/cart?x=1');
    expect(rewritten({ ...rule, rewrite: { template: '/$2' } }, request('/shop'))).toBe('/');
    const prefix: PathMatch = { type: 'prefix', value: '/a' };
    expect(rewritten({ ...ANY_RULE, path: prefix, rewrite: { prefix: '/b' } }, request('/a/c'))).toBe('/b/c');
    expect(rewritten({ ...ANY_RULE, path: prefix, rewrite: { prefix: '/' } }, request('/a'))).toBe('/');
    expect(rewritten(ANY_RULE, request('/a?b'))).toBe('/a?b');
  });

  it('send clients elsewhere with the parts that a redirect names', () => {
    const path: PathMatch = { type: 'prefix', value: '/old' };
    const from = request('/old/x?y=1', 'a.test:8080');
    expect(redirected({ status: 308, scheme: 'https' }, path, from, false)).toBe('https://a.test/old/x?y=1');
    expect(redirected({ status: 302, prefix: '/new' }, path, from, false)).toBe('http://a.test:8080/new/x?y=1');
    expect(redirected({ status: 302, host: 'b.test', port: 80, path: '/' }, path, from, false)).toBe(
      'http://b.test/?y=1',
    );
  });
});
