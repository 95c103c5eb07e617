import { describe, expect, it } from 'vitest';
import { copyState, deepFreeze } from '../../../sandbox/time/state.ts';

describe('a copy of state', () => {
  it('shares what is frozen and copies what can change', () => {
    const pod = deepFreeze({ spec: { nodeName: 'n' } });
    const state = { objects: new Map([['p', pod]]), list: [1, { a: 1 }], bytes: new Uint8Array([1]) };
    const copy = copyState(state);
    expect(copy).toEqual(state);
    expect(copy.objects).not.toBe(state.objects);
    expect(copy.objects.get('p')).toBe(pod);
    expect(copy.list[1]).not.toBe(state.list[1]);
    expect(copy.bytes).toBe(state.bytes);
  });

  it('keeps two ways to one container two ways to one copy', () => {
    const shared = { n: 1 };
    const copy = copyState({ a: shared, b: shared });
    expect(copy.a).toBe(copy.b);
    expect(copy.a).not.toBe(shared);
  });

  it('keeps keys that mean something to the language as they are', () => {
    const state = JSON.parse('{"map":{"__proto__":{"a":1},"constructor":2}}');
    const copy = copyState(state);
    expect(Object.keys(copy.map)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(copy.map)).toBe(Object.prototype);
  });

  it('refuses functions and instances, and says where', () => {
    expect(() => copyState({ a: { run: () => 1 } })).toThrow('run holds a function');
    expect(() => copyState({ when: new Date(0) })).toThrow('when holds an instance of Date');
  });
});
