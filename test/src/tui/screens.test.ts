// The screens of the documentation are what the program draws: they are written anew here, so that a change of them is seen
// where it is looked at, among the changes of a commit. What must hold of every screen is tested.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import stringWidth from 'fast-string-width';
import { afterEach, describe, expect, it } from 'vitest';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import type { Language } from '../../../src/i18n/language.ts';
import { numberOf } from '../../../src/lessons/find.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { optionTexts, questionsOf } from '../../../src/lessons/review.ts';
import { USUAL_BINDINGS } from '../../../src/tui/bindings.ts';
import { ROUND } from '../../../src/tui/glyphs.ts';
import type { Size } from '../../../src/tui/layout.ts';
import { debriefRows } from '../../../src/tui/lessonteacher.ts';
import type { CardOverlay, ListModel, PageOverlay, ScreenModel } from '../../../src/tui/model.ts';
import { picture } from '../../../src/tui/picture.ts';
import { plain, row } from '../../../src/tui/text.ts';
import { say } from '../../../src/tui/words.ts';
import { wrap } from '../../../src/tui/wrap.ts';
import { openStage, type Stage } from './stage.ts';

const FOLDER = 'docs/screens';
const FIRST_POD = '01-first-steps/01-first-pod';
const HALF_FAIL = '90-drills/01-half-fail';
const open: Stage[] = [];

afterEach(() => {
  for (const stage of open.splice(0)) stage.work.close();
});

function writeScreen(what: string, lang: Language, rows: readonly string[], { columns, rows: height }: Size): void {
  const name = `${what}-${columns}x${height}.${lang}`;
  expect(rows).toHaveLength(height - 1);
  for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${name}.txt`;
  const text = `${rows.join('\n')}\n`;
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before !== text) writeFileSync(file, text);
  // Where changes are only judged, a picture that nobody has looked at is none.
  if (process.env['SCREENS'] === 'kept') expect(before).toBe(text);
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

const SIZES = [
  [80, 24, 'en'],
  [80, 24, 'ja'],
  [140, 45, 'en'],
  [140, 45, 'ja'],
] as const;

describe('the screens of the documentation', () => {
  it.each(SIZES)('home at %dx%d (%s)', (columns, rows, lang) => {
    const size = { columns, rows };
    const surface = { size, lang, glyphs: ROUND, bindings: USUAL_BINDINGS };
    const nodes = ['control-plane', 'worker-1', 'worker-2'].map((name) => ({ name, ready: true }));
    const next = lang === 'ja' ? '1.1 はじめての Pod' : '1.1 Your first Pod';
    const folder = '~/.local/share/k8s-learn';
    const home = { ...surface, nodes, took: 100, resumes: false, opening: false, next, folder };
    const welcome = textOf({ ...home, view: 'welcome' });
    expect(welcome.join('\n')).toContain('control-plane ●');
    writeScreen('welcome', lang, welcome, size);
    const modules = modulesOf(lang);
    const list = textOf({ ...surface, view: 'list', modules, chosen: 0, opening: false });
    expect(list.join('\n')).toContain(next);
    writeScreen('list', lang, list, size);
  });

  it.each([...SIZES, [80, 20, 'en']] as const)('a lesson at %dx%d (%s)', async (columns, rows, lang) => {
    const size = { columns, rows };
    const stage = columns > 80 ? await broken(columns, rows, lang) : await firstPod(columns, rows, lang);
    const text = stage.screen();
    expect(text.join('\n')).toContain('~ $ kubectl get pods');
    expect(text.join('\n')).toMatch(rows < 24 ? /○.*hello/ : /hello 0\/1|hello 1\/1/);
    writeScreen('lesson', lang, text, size);
    if (rows < 24) return;
    for (const [letter, name, says] of PAGES) {
      await stage.type('\x1b');
      if (letter !== '') await stage.type(letter);
      expect(stage.screen().join('\n')).toMatch(says);
      writeScreen(name, lang, stage.screen(), size);
      await stage.type('\x1b');
    }
    const overlay = reviewCard(lang, columns);
    writeScreen('review', lang, textOf({ ...stage.work.model(), overlay }), size);
    const debrief = debriefPage(lang, columns);
    writeScreen('debrief', lang, textOf({ ...stage.work.model(), overlay: debrief }), size);
  });

  it.each(SIZES)('help that was asked for at %dx%d (%s)', async (columns, rows, lang) => {
    const size = { columns, rows };
    const stage = await openStage(FIRST_POD, size, lang);
    open.push(stage);
    await stage.type('2');
    await stage.line('kubectl run hello --image=learn/helo:1.0', 8000);
    for (const [name, word, says] of WORDS) {
      await stage.line('clear');
      await stage.line(word);
      expect(stage.screen().join('\n')).toMatch(says);
      writeScreen(name, lang, stage.screen(), size);
    }
    await stage.line('clear');
    await stage.line('vi pod.yaml');
    await stage.type('iapiVersion: v1\rkind: Pod');
    await stage.pass(500);
    expect(stage.screen().join('\n')).toContain('-- INSERT --');
    writeScreen('editor', lang, stage.screen(), size);
  });

  it.each(SIZES)('traffic at %dx%d (%s)', async (columns, rows, lang) => {
    const size = { columns, rows };
    const stage = await openStage(HALF_FAIL, size, lang);
    open.push(stage);
    for (let i = 0; i < 6; i++) await stage.line('kubectl exec -n blue client -- wget -qO- -T 2 http://tickets');
    await stage.line('traffic');
    expect(stage.screen().join('\n')).toMatch(/client .*tickets/);
    writeScreen('traffic', lang, stage.screen(), size);
  });

  it.each(SIZES)('a prediction at %dx%d (%s)', async (columns, rows, lang) => {
    const stage = await openStage(FIRST_POD, { columns, rows }, lang);
    open.push(stage);
    expect(stage.screen().join('\n')).toMatch(/ {2}1 {2}\S/);
    writeScreen('prediction', lang, stage.screen(), { columns, rows });
  });

  it.each(SIZES)('a drill, and its debrief, at %dx%d (%s)', async (columns, rows, lang) => {
    const stage = await openStage(HALF_FAIL, { columns, rows }, lang);
    open.push(stage);
    await stage.line('kubectl get pods -n blue');
    expect(stage.screen().join('\n')).toContain('/ 8:00');
    writeScreen('drill', lang, stage.screen(), { columns, rows });
    await stage.line('give up');
    expect(stage.screen().join('\n')).toContain('k8s-learn drill D01');
    writeScreen('drill-debrief', lang, stage.screen(), { columns, rows });
  });
});

/** Letters of the menu, what they show, and what must be on it. */
const PAGES = [
  ['', 'menu', / {2}i {2}\S/],
  ['m', 'map', /hello [01]\/1/],
  ['t', 'timeline', /kubectl run hello/],
  ['d', 'diff', /Pod\/hello/],
  ['s', 'story', /kubectl run hello/],
  ['?', 'keys', /hint {2}check/],
] as const;

/** Words for who is stuck, and what must be on the screen then: the end of what they say. */
const WORDS = [
  ['hint', 'hint', /~ \$ hint\n/],
  ['check', 'check', /\n(?:other steps|ほかのステップ): .*\n~ \$\n/],
  ['why', 'why pod/hello', /← (?:you|あなた): kubectl run hello --image=learn\/helo:1\.0\n~ \$\n/],
] as const;

function textOf(model: ScreenModel): string[] {
  return picture(model).rows.map((row) => plain(row).trimEnd());
}

/** The course as it is listed for who has just begun. */
function modulesOf(lang: Language): ListModel['modules'] {
  const course = loadCourse(readPack(courseFolder())).value;
  return (course?.modules ?? []).map(({ id, title, lessons }) => ({
    title: `${numberOf(id)} ${title[lang]}`,
    lessons: lessons.map((lesson) => ({
      id: lesson.id,
      number: numberOf(lesson.id),
      title: lesson.title[lang],
      minutes: lesson.minutes,
      state: 'open',
    })),
  }));
}

function debriefPage(lang: Language, columns: number): PageOverlay {
  const [lesson] = loadCourse(readPack(courseFolder())).value?.modules[0]?.lessons ?? [];
  if (lesson === undefined) throw new Error('no lesson');
  const rows = debriefRows(lesson, lang, columns - 3);
  return { kind: 'page', title: say(lang, 'debrief'), rows, top: 0, onward: true };
}

function reviewCard(lang: Language, columns: number): CardOverlay {
  const [lesson] = loadCourse(readPack(courseFolder())).value?.modules[0]?.lessons ?? [];
  const [question] = lesson === undefined ? [] : questionsOf(lesson);
  if (question === undefined) throw new Error('no question');
  const options = optionTexts(question, 0, lang).map((option) => wrap(row(option), columns - 8));
  return {
    kind: 'card',
    asks: 'review',
    ask: wrap(row(question.question.ask[lang]), columns - 8),
    options,
    takes: 'one',
    typed: '',
  };
}
