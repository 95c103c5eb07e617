// The screens of the documentation are what the program draws: they are written anew here, so that a change of them is seen
// where it is looked at, among the changes of a commit. What must hold of every screen is tested.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { afterEach, describe, expect, it } from 'vitest';
import type { Language } from '../../../src/i18n/language.ts';
import { USUAL_BINDINGS } from '../../../src/tui/bindings.ts';
import { ROUND } from '../../../src/tui/glyphs.ts';
import type { Size } from '../../../src/tui/layout.ts';
import { picture } from '../../../src/tui/picture.ts';
import { plain } from '../../../src/tui/text.ts';
import { openStage, type Stage } from './stage.ts';

const FOLDER = 'docs/screens';
const FIRST_POD = '01-first-steps/01-first-pod';
const open: Stage[] = [];

afterEach(() => {
  for (const stage of open.splice(0)) stage.work.close();
});

function writeScreen(name: string, rows: readonly string[], { columns, rows: height }: Size): void {
  expect(rows).toHaveLength(height - 1);
  for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${name}.txt`;
  const text = `${rows.join('\n')}\n`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

async function firstPod(columns: number, rows: number, lang: Language): Promise<Stage> {
  const stage = await openStage(FIRST_POD, { columns, rows }, lang);
  open.push(stage);
  await stage.type('2');
  await stage.line('kubectl get nodes');
  await stage.line('kubectl run hello --image=learn/hello:1.0', 500);
  await stage.line('kubectl get pods', 500);
  return stage;
}

async function broken(columns: number, rows: number, lang: Language): Promise<Stage> {
  const stage = await firstPod(columns, rows, lang);
  await stage.pass(3000);
  await stage.line('kubectl run web --image=learn/hello:9.9', 6000);
  await stage.line('kubectl get pods -o wide');
  return stage;
}

describe('the screens of the documentation', () => {
  it.each(['en', 'ja'] as const)('the first screen (%s)', (lang) => {
    const nodes = ['control-plane', 'worker-1', 'worker-2'].map((name) => ({ name, ready: true }));
    const { rows } = picture({
      view: 'welcome',
      size: { columns: 80, rows: 24 },
      lang,
      glyphs: ROUND,
      bindings: USUAL_BINDINGS,
      nodes,
      took: 100,
      resumes: false,
      opening: false,
      next: lang === 'ja' ? '1.1 はじめての Pod' : '1.1 Your first Pod',
      folder: '~/.local/share/k8s-learn',
    });
    const text = rows.map((row) => plain(row).trimEnd());
    expect(text.join('\n')).toContain('control-plane ●');
    writeScreen(`welcome.${lang}`, text, { columns: 80, rows: 24 });
  });

  it.each([
    [80, 24, 'en'],
    [80, 24, 'ja'],
    [80, 20, 'en'],
    [140, 45, 'en'],
    [140, 45, 'ja'],
  ] as const)('a lesson at %dx%d (%s)', async (columns, rows, lang) => {
    const stage = columns > 80 ? await broken(columns, rows, lang) : await firstPod(columns, rows, lang);
    const text = stage.screen();
    expect(text.join('\n')).toContain('~ $ kubectl get pods');
    expect(text.join('\n')).toMatch(rows < 24 ? /○.*hello/ : /hello 0\/1|hello 1\/1/);
    writeScreen(`lesson-${columns}x${rows}.${lang}`, text, { columns, rows });
  });

  it('a prediction, and the menu', async () => {
    const stage = await openStage(FIRST_POD, { columns: 80, rows: 24 });
    open.push(stage);
    expect(stage.screen().join('\n')).toMatch(/1 {2}on the control plane/);
    writeScreen('prediction.en', stage.screen(), { columns: 80, rows: 24 });
    await stage.type('\x1b');
    await stage.type('\x1b');
    expect(stage.screen().join('\n')).toMatch(/i {2}put the offered command in/);
    writeScreen('menu.en', stage.screen(), { columns: 80, rows: 24 });
  });
});
