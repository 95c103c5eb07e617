import { describe, expect, it } from 'vitest';
import { createLoop, type Loop, newLoopState, type Signal, type Work } from '../../../sandbox/time/loop.ts';
import { copyState } from '../../../sandbox/time/state.ts';
import { EPOCH, seconds } from '../../../sandbox/time/units.ts';

function recording(loop: Loop): string[] {
  const seen: string[] = [];
  loop.actor<string>('a', (what) => {
    seen.push(`${(loop.now() - EPOCH) / 1000}:${what}`);
  });
  return seen;
}

describe('the task loop', () => {
  it('runs tasks of one moment in the order in which they were posted', () => {
    const loop = createLoop(newLoopState(EPOCH));
    const seen: string[] = [];
    const port = loop.actor<string>('a', (what) => seen.push(what));
    for (const what of ['x', 'y', 'z']) port.post(what);
    loop.settle();
    expect(seen).toEqual(['x', 'y', 'z']);
  });

  it('moves its clock from task to task and ends where it was told to', () => {
    const loop = createLoop(newLoopState(EPOCH));
    const seen: string[] = [];
    const port = loop.actor<string>('a', (what) => seen.push(`${(loop.now() - EPOCH) / 1000}:${what}`));
    port.post('late', seconds(5));
    port.post('soon', seconds(1));
    loop.advance(seconds(4));
    expect(seen).toEqual(['1:soon']);
    expect(loop.now() - EPOCH).toBe(4000);
    loop.advance(seconds(1));
    expect(seen).toEqual(['1:soon', '5:late']);
  });

  it('runs nothing that was cancelled', () => {
    const loop = createLoop(newLoopState(EPOCH));
    const seen = recording(loop);
    loop.cancel(loop.wake({ actor: 'a', what: 'no' }, seconds(1)));
    loop.wake({ actor: 'a', what: 'yes' }, seconds(2));
    expect(loop.next()).toBe(EPOCH + 2000);
    loop.advance(seconds(3));
    expect(seen).toEqual(['2:yes']);
  });

  it('goes on in a copy of its state exactly as in the original', () => {
    const state = newLoopState(EPOCH);
    const loop = createLoop(state);
    const seen = recording(loop);
    for (const [what, at] of [
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ] as const)
      loop.wake({ actor: 'a', what }, seconds(at));
    loop.advance(seconds(1));
    const copy = createLoop(copyState(state));
    const also = recording(copy);
    loop.advance(seconds(9));
    copy.advance(seconds(9));
    expect(also).toEqual(seen.slice(1));
  });

  it('resumes work when the signal that it waits for fires, before or after it began to wait', () => {
    const loop = createLoop(newLoopState(EPOCH));
    const early = loop.signal();
    const late = loop.signal();
    const results: unknown[] = [];
    function* work(signal: Signal): Work<string> {
      return `got ${String(yield signal)}`;
    }
    loop.fire(early, 1);
    loop.start(work(early), (outcome) => results.push(outcome));
    loop.start(work(late), (outcome) => results.push(outcome));
    expect(loop.waiting()).toBe(1);
    loop.fire(late, 2);
    expect(results).toEqual([
      { ok: true, value: 'got 1' },
      { ok: true, value: 'got 2' },
    ]);
  });

  it('does not pass a moment at which something of the host is awaited', () => {
    const loop = createLoop(newLoopState(EPOCH));
    const seen = recording(loop);
    loop.wake({ actor: 'a', what: 'later' }, seconds(1));
    const hold = loop.hold();
    expect(loop.runUntil(loop.now(), () => false)).toBe(false);
    expect(seen).toEqual([]);
    hold.release();
    loop.advance(seconds(1));
    expect(seen).toEqual(['1:later']);
  });
});
