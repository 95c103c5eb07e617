import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { insertKey, keysWithPrefix, newSortedKeys, removeKey } from '../../../sandbox/store/sortedkeys.ts';
import { asRevision, createStore, newStoreState, type Store } from '../../../sandbox/store/store.ts';
import { createLoop, newLoopState } from '../../../sandbox/time/loop.ts';
import { EPOCH } from '../../../sandbox/time/units.ts';

const origin = { actor: 'test', causes: [] };

function newStore(): Store {
  return createStore(newStoreState(), createLoop(newLoopState(EPOCH)));
}

function write(store: Store, key: string, label: string): void {
  const make = (revision: number): KubeObject =>
    Object.freeze({ metadata: { name: key, resourceVersion: String(revision), labels: { v: label } } });
  const current = store.get('pods', key);
  if (current === undefined) store.create('pods', key, make, origin);
  else store.update('pods', key, current.modified, make, origin);
}

function remove(store: Store, key: string): void {
  const current = store.get('pods', key);
  if (current !== undefined) store.delete('pods', key, current.modified, () => current.object, origin);
}

describe('the store', () => {
  it('gives each write the next revision of the whole store', () => {
    const store = newStore();
    const before = store.revision();
    write(store, 'a/x', '1');
    write(store, 'b/y', '1');
    expect(store.get('pods', 'a/x')?.modified).toBe(before + 1);
    expect(store.revision()).toBe(before + 2);
  });

  it('writes nothing over an object that was written since', () => {
    const store = newStore();
    write(store, 'a/x', '1');
    const stale = store.get('pods', 'a/x')?.modified ?? asRevision(0);
    write(store, 'a/x', '2');
    expect(store.update('pods', 'a/x', stale, () => Object.freeze({}), origin)).toBeUndefined();
    expect(store.delete('pods', 'a/x', stale, () => Object.freeze({}), origin)).toBeUndefined();
  });

  it('keeps who wrote a revision and why', () => {
    const store = newStore();
    store.create('pods', 'a/x', () => Object.freeze({}), {
      actor: 'kubectl',
      causes: [{ kind: 'input', input: 3, what: 'kubectl run x' }],
    });
    expect(store.causeOf(store.revision())).toMatchObject({ actor: 'kubectl', verb: 'created', key: 'a/x' });
  });

  it('says that the past is gone once it was compacted', () => {
    const store = newStore();
    write(store, 'a/x', '1');
    const then = store.revision();
    write(store, 'a/x', '2');
    store.compact(store.revision());
    expect(store.listAt('pods', '', then)).toEqual({ gone: true, oldest: store.revision() });
    expect(store.changesAfter('pods', then)).toHaveProperty('gone');
    expect(store.changesAfter('pods', store.revision())).toEqual([]);
  });

  it('lists any moment that it remembers as it was then', () => {
    const step = fc.record({
      key: fc.constantFrom('a/x', 'a/y', 'b/x', 'b/z'),
      label: fc.string({ maxLength: 3 }),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = newStore();
        const history = steps.map(({ key, label, gone }) => {
          if (gone) remove(store, key);
          else write(store, key, label);
          return { revision: store.revision(), all: store.list('pods', ''), ofA: store.list('pods', 'a/') };
        });
        for (const { revision, all, ofA } of history) {
          expect(store.listAt('pods', '', revision)).toEqual(all);
          expect(store.listAt('pods', 'a/', revision)).toEqual(ofA);
        }
      }),
    );
  });
});

describe('sorted keys', () => {
  it('are a sorted set, whatever is put in and taken out', () => {
    const step = fc.record({
      key: fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', '-', '/', '.') }),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 3000, size: 'max' }),
        fc.constantFrom('', 'a', 'a/', 'b-'),
        (steps, prefix) => {
          const keys = newSortedKeys();
          const model = new Set<string>();
          for (const { key, gone } of steps) {
            if (gone) removeKey(keys, key);
            else insertKey(keys, key);
            if (gone) model.delete(key);
            else model.add(key);
          }
          expect([...keysWithPrefix(keys, prefix)]).toEqual([...model].filter((key) => key.startsWith(prefix)).sort());
        },
      ),
      { numRuns: 30 },
    );
  });
});
