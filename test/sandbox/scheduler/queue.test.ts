import { describe, expect, it } from 'vitest';
import {
  addNew,
  drop,
  endBackoffs,
  hasWork,
  isBackingOff,
  newQueueState,
  nextDue,
  pop,
  putBack,
  type QueueState,
  requeue,
} from '../../../sandbox/scheduler/queue.ts';

function add(queue: QueueState, key: string, priority = 0, now = 0): void {
  addNew(queue, { key, uid: key, priority, gated: false, causes: [] }, now);
}

function taken(queue: QueueState): string[] {
  const keys: string[] = [];
  for (let entry = pop(queue); entry !== undefined; entry = pop(queue)) keys.push(entry.key);
  return keys;
}

describe('the queue of pods without a node', () => {
  it('gives the more important pods first, and the older ones of equals', () => {
    const queue = newQueueState();
    add(queue, 'late', 0, 2);
    add(queue, 'early', 0, 1);
    add(queue, 'grand', 9, 3);
    add(queue, 'same', 0, 2);
    expect(taken(queue)).toEqual(['grand', 'early', 'late', 'same']);
    expect(hasWork(queue)).toBe(false);
  });

  it('keeps back what fits nowhere until something happens', () => {
    const queue = newQueueState();
    add(queue, 'p');
    const entry = pop(queue);
    if (entry === undefined) throw new Error('nothing there');
    putBack(queue, entry, ['NodeResourcesFit'], 100);
    expect(pop(queue)).toBeUndefined();
    requeue(queue, entry, [], 200);
    expect(isBackingOff(entry, 200)).toBe(true);
    expect(pop(queue)?.key).toBe('p');
  });

  it('keeps those that wait for something apart from those to be tried', () => {
    const queue = newQueueState();
    for (const key of ['a', 'b', 'c']) add(queue, key);
    addNew(queue, { key: 'gated', uid: 'gated', priority: 0, gated: true, causes: [] }, 0);
    const entry = pop(queue);
    if (entry === undefined) throw new Error('nothing there');
    putBack(queue, entry, ['NodeResourcesFit'], 100);
    expect([...queue.unschedulable.keys()]).toEqual(['gated', 'a']);
    requeue(queue, entry, [], 5000);
    expect([...queue.unschedulable.keys()]).toEqual(['gated']);
    drop(queue, 'gated');
    expect(queue.unschedulable.size).toBe(0);
    drop(queue, 'a');
    putBack(queue, entry, ['NodeResourcesFit'], 6000);
    expect(queue.unschedulable.size).toBe(0);
  });

  it('lets failures back off for a second, doubling to ten, up to whole seconds', () => {
    const queue = newQueueState();
    add(queue, 'p');
    const waits: number[] = [];
    let now = 0;
    for (let i = 0; i < 6; i++) {
      const entry = pop(queue);
      if (entry === undefined) throw new Error('nothing there');
      putBack(queue, entry, [], now);
      expect(pop(queue)).toBeUndefined();
      const due = nextDue(queue) ?? 0;
      endBackoffs(queue, due - 1);
      expect(hasWork(queue)).toBe(false);
      endBackoffs(queue, due);
      waits.push(due - now);
      now = due;
    }
    expect(waits).toEqual([2000, 3000, 5000, 9000, 11_000, 11_000]);
  });
});
