import { describe, expect, it } from 'vitest';
import { createNodeGraph } from '../../../../sandbox/apiserver/auth/nodegraph.ts';
import { nodeAuthorizer } from '../../../../sandbox/apiserver/auth/nodes.ts';
import type { KubeObject } from '../../../../sandbox/kube/meta.ts';
import { createStore, newStoreState } from '../../../../sandbox/store/store.ts';
import { createLoop, newLoopState } from '../../../../sandbox/time/loop.ts';
import { EPOCH } from '../../../../sandbox/time/units.ts';

const ORIGIN = { actor: 'test', causes: [] };
const NODE = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };

function world() {
  const store = createStore(newStoreState(), createLoop(newLoopState(EPOCH)));
  const source = { get: () => undefined, list: () => [] };
  const access = nodeAuthorizer(source, createNodeGraph(store));
  const mayRead = (resource: string, name: string) =>
    access({ user: NODE, verb: 'get', target: { group: '', version: 'v1', resource, namespace: 'a', name } }).decision;
  const put = (name: string, spec: object) =>
    store.create('pods', `a/${name}`, () => ({ metadata: { name, namespace: 'a' }, spec }) as KubeObject, ORIGIN);
  return { store, access, mayRead, put };
}

const volume = (name: string) => ({ name, secret: { secretName: name } });

describe('a node', () => {
  it('reads what its pods name, whether they were there before it asked or came later', () => {
    const { mayRead, put } = world();
    put('early', { nodeName: 'n1', volumes: [volume('s1')], serviceAccountName: 'robot' });
    expect(mayRead('secrets', 's1')).toBe('allow');
    expect(mayRead('secrets', 's2')).toBe('no opinion');
    put('late', {
      nodeName: 'n1',
      containers: [{ name: 'c', env: [{ valueFrom: { secretKeyRef: { name: 's2' } } }] }],
    });
    put('elsewhere', { nodeName: 'n2', volumes: [volume('s3')] });
    expect(mayRead('secrets', 's2')).toBe('allow');
    expect(mayRead('secrets', 's3')).toBe('no opinion');
    expect(mayRead('serviceaccounts', 'robot')).toBe('allow');
  });

  it('loses it with the last of the pods', () => {
    const { store, mayRead, put } = world();
    put('one', { nodeName: 'n1', volumes: [volume('s1')] });
    put('two', { nodeName: 'n1', volumes: [volume('s1')] });
    expect(mayRead('secrets', 's1')).toBe('allow');
    for (const [key, left] of [
      ['a/one', 'allow'],
      ['a/two', 'no opinion'],
    ] as const) {
      const stored = store.get('pods', key);
      if (stored !== undefined) store.delete('pods', key, stored.modified, () => stored.object, ORIGIN);
      expect(mayRead('secrets', 's1')).toBe(left);
    }
  });

  it('lists pods of its own only', () => {
    const { access } = world();
    const list = (fields: readonly { field: string; operator: '='; value: string }[]) =>
      access({ user: NODE, verb: 'list', target: { group: '', version: 'v1', resource: 'pods' }, fields });
    expect(list([{ field: 'spec.nodeName', operator: '=', value: 'n1' }]).decision).toBe('allow');
    expect(list([{ field: 'spec.nodeName', operator: '=', value: 'n2' }]).reason).toContain('field selector');
    expect(list([]).decision).toBe('no opinion');
  });
});
