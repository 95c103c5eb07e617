import { describe, expect, it } from 'vitest';
import { bindingsOf, keyText, USUAL_BINDINGS } from '../../../src/tui/bindings.ts';
import { directAction, menuAction, menuItems } from '../../../src/tui/menu.ts';

describe('keys from the settings', () => {
  it('letters stand in the menu, other keys act at once', () => {
    const bindings = bindingsOf({ hint: ['j', 'F2'], menu: 'C-o', 'backward-kill-word': 'C-Delete' });
    expect(menuItems('en', 'lesson', bindings)).toContainEqual({ key: 'j', text: 'a hint' });
    expect(menuAction('ｊ', 'lesson', bindings)).toBe('hint');
    expect(menuAction('h', 'lesson', bindings)).toBeUndefined();
    expect(directAction('F2', 'lesson', bindings)).toBe('hint');
    expect(directAction('F2', 'play', bindings)).toBeUndefined();
    expect(bindings.menu).toBe('C-o');
    expect(bindings.line.get('C-Delete')).toBe('backward-kill-word');
    expect(keyText('C-M-o')).toBe('Ctrl-Alt-o');
  });

  it.each([
    [{ hnit: 'j' }, 'keys.hnit: there is no such action. There are menu, insert, hint,'],
    [{ hint: 'u' }, 'keys: hint and undo have the same letter, u'],
    [{ hint: 'Enter' }, 'keys.hint: Enter is no key that can be used'],
    [{ hint: 'C-c' }, 'keys.hint: C-c is needed for typing'],
    [{ hint: '1' }, 'keys.hint: 1 is no key that can be used'],
    [{ menu: 'm' }, 'keys.menu: m is no key that can be used'],
    [{ hint: {} }, 'keys.hint: a key is wanted'],
    ['F2', 'keys: a table is wanted'],
  ])('%j is refused', (wanted, message) => {
    expect(() => bindingsOf(wanted)).toThrow(message);
  });

  it('no two actions share a letter, and none takes the number of a shell', () => {
    const letters = [...USUAL_BINDINGS.letters.values()];
    expect(new Set(letters).size).toBe(letters.length);
    expect(letters.join('')).not.toMatch(/[1-4]/);
  });
});
