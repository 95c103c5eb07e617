import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../sandbox/kube/json.ts';
import { allows, listenersOf, sharedHosts } from '../../../../../sandbox/machine/programs/gateway/listeners.ts';

function reasons(...listeners: readonly JsonObject[]): readonly string[] {
  const gateway = { metadata: { name: 'g', namespace: 'infra' }, spec: { listeners: [...listeners] } };
  return listenersOf(new Map(), gateway).map(({ findings }) =>
    findings
      .filter(({ status, type }) => (status === 'False') !== (type === 'Conflicted'))
      .map(({ reason }) => reason)
      .join(' '),
  );
}

describe('Listeners of a Gateway', () => {
  it.each([
    ['', [], ['']],
    ['', ['a.test'], ['a.test']],
    ['a.test', [], ['a.test']],
    ['*.test', ['a.test', 'b.other'], ['a.test']],
    ['a.test', ['*.test'], ['a.test']],
    ['*.a.test', ['*.test'], ['*.a.test']],
    ['*.test', ['*.a.test'], ['*.a.test']],
    ['a.test', ['b.test'], []],
    ['*.test', ['test'], []],
  ])('of the name %j share with routes of %j the names %j', (listener, route, shared) => {
    expect(sharedHosts(listener, route)).toEqual(shared);
  });

  it('say what is wrong with them', () => {
    const http = { name: 'a', port: 80, protocol: 'HTTP' };
    expect(reasons(http, { ...http, name: 'b', port: 81 })).toEqual(['', '']);
    expect(reasons({ ...http, protocol: 'TCP' })).toEqual(['UnsupportedProtocol Invalid']);
    const conflict = 'HostnameConflict HostnameConflict Invalid';
    expect(reasons(http, { ...http, name: 'b' })).toEqual([conflict, conflict]);
    expect(reasons(http, { ...http, name: 'b', protocol: 'HTTPS' })[0]).toBe(
      'ProtocolConflict ProtocolConflict Invalid',
    );
    expect(reasons({ ...http, protocol: 'HTTPS' })).toEqual(['Invalid InvalidCertificateRef']);
  });

  it('let routes in of their own namespace, of all, or of those with a label', () => {
    const world = new Map([
      ['namespaces', new Map<string, JsonObject>([['/shop', { metadata: { labels: { edge: 'yes' } } }]])],
    ]);
    const lets = (namespaces: JsonObject, namespace: string): boolean[] =>
      listenersOf(world, {
        metadata: { name: 'g', namespace: 'infra' },
        spec: { listeners: [{ name: 'a', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces } }] },
      }).map((listener) => allows(world, listener, namespace));
    const selector = { from: 'Selector', selector: { matchLabels: { edge: 'yes' } } };
    expect([lets({}, 'infra'), lets({}, 'shop'), lets({ from: 'All' }, 'shop')].flat()).toEqual([true, false, true]);
    expect([lets(selector, 'shop'), lets(selector, 'other')].flat()).toEqual([true, false]);
  });
});
