import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSettings, settingsFile } from '../../../src/cli/settings.ts';
import { USUAL_BINDINGS } from '../../../src/tui/bindings.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('without a file, or with an empty one, all is as usual', () => {
  const usual = { plain: false, mouse: false, bindings: USUAL_BINDINGS };
  expect(readSettings(folder)).toEqual(usual);
  writeFileSync(settingsFile(folder), '# nothing\n');
  expect(readSettings(folder)).toEqual(usual);
});

it('a screen reader, a mouse and keys can be set', () => {
  writeFileSync(settingsFile(folder), 'plain: true\nmouse: true\nkeys:\n  hint: F2\n');
  const { plain, mouse, bindings } = readSettings(folder);
  expect({ plain, mouse, hint: bindings.direct.get('F2') }).toEqual({ plain: true, mouse: true, hint: 'hint' });
});

it('the settings that the readme shows can be used', () => {
  const [, shown = ''] = /```yaml\n(plain:[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  writeFileSync(settingsFile(folder), shown);
  expect(readSettings(folder).bindings.menu).toBe('C-o');
});

it.each([
  ['keys: {hint: [', 'Flow sequence'],
  ['mouse: yes please', 'mouse: true or false is wanted'],
  ['colour: true', 'colour: there is no such setting. There are plain, mouse, keys.'],
  ['keys: {hint: q}', 'keys: hint and leave have the same letter, q'],
  ['- a', 'a table is wanted'],
])('%j is refused with what is wrong and what to do', (text, why) => {
  writeFileSync(settingsFile(folder), text);
  expect(() => readSettings(folder)).toThrow(
    expect.objectContaining({ status: 2, why: expect.stringContaining(why), next: expect.stringContaining('Mend it') }),
  );
});
