import { describe, expect, it } from 'vitest';
import { type Home, homeAct, listAt } from '../../../src/tui/home.ts';
import type { Offer } from '../../../src/tui/seating.ts';
import type { Key } from '../../../src/workstation/keys.ts';

const LESSONS = [
  { id: 'a', number: '1.1', title: 'A', minutes: 1, state: 'done' },
  { id: 'b', number: '1.2', title: 'B', minutes: 1, state: 'open' },
  { id: 'c', number: '1.3', title: 'C', minutes: 1, state: 'coming' },
] as const;

function offer(next: string | undefined): Offer {
  const modules = [{ number: 1, title: 'M', lessons: LESSONS }];
  return { daily: 'D01', next: () => next, modules: () => modules } as unknown as Offer;
}

const text = (typed: string): Key => ({ kind: 'text', text: typed, raw: typed });
const key = (name: string): Key => ({ kind: 'key', name, raw: '' });
const WELCOME: Home = { name: 'welcome' };

describe('at home', () => {
  const asked = (home: Home, pressed: Key, next: string | undefined = 'b') => homeAct(home, pressed, offer(next), 'en');

  it('Enter opens the next lesson, or shows the list when all are done', () => {
    expect(asked(WELCOME, key('Enter'))).toEqual({ act: 'open', lesson: 'b' });
    expect(homeAct(WELCOME, key('Enter'), offer(undefined), 'en')).toEqual({
      act: 'show',
      home: { name: 'list', chosen: 0 },
    });
  });

  it('the list stands at the next lesson, and moves no further than its ends', () => {
    const list = listAt(offer('b'), 'en', 'b');
    expect(asked(WELCOME, text('l'))).toEqual({ act: 'show', home: list });
    expect(list).toEqual({ name: 'list', chosen: 1 });
    expect(asked(list, key('PageDown'))).toEqual({ act: 'show', home: { name: 'list', chosen: 2 } });
    expect(asked(list, key('PageUp'))).toEqual({ act: 'show', home: { name: 'list', chosen: 0 } });
    expect(asked(list, key('Escape'))).toEqual({ act: 'show', home: WELCOME });
  });

  it('opens no lesson that is still to come', () => {
    expect(asked({ name: 'list', chosen: 0 }, key('Enter'))).toEqual({ act: 'open', lesson: 'a' });
    expect(asked({ name: 'list', chosen: 2 }, key('Enter'))).toEqual({ act: 'none' });
  });

  it('letters of wide keyboards count, and keys that mean nothing ask for nothing', () => {
    expect(asked(WELCOME, text('ｐ'))).toEqual({ act: 'open', lesson: undefined });
    expect(asked(WELCOME, text('d'))).toEqual({ act: 'open', lesson: 'D01' });
    for (const pressed of [text('q'), key('C-c'), key('C-d')]) expect(asked(WELCOME, pressed)).toEqual({ act: 'quit' });
    expect(asked(WELCOME, text('x'))).toEqual({ act: 'none' });
    expect(asked(WELCOME, text('j'))).toEqual({ act: 'none' });
  });
});
