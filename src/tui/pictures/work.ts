// The work view drawn: a lesson or play, at every size.

import { keyText, menuKey } from '../bindings.ts';
import type { ClusterView } from '../clusterview.ts';
import { beside, clockText, type Frame, high, rule } from '../frame.ts';
import { happeningRows } from '../happenings.ts';
import { LARGE_LEFT as DIVIDE, type Layout, layoutOf } from '../layout.ts';
import { mapColumn, mapRow } from '../map.ts';
import type { GoalView, LessonView, WorkModel } from '../model.ts';
import { pageCount, pageRows } from '../story.ts';
import {
  cut,
  NO_ROW,
  type Row,
  row,
  type Span,
  STYLES,
  type Style,
  span,
  spread,
  textWidth,
  widthOf,
} from '../text.ts';
import { say, type Word } from '../words.ts';

function workLayout(model: Pick<WorkModel, 'size' | 'lesson' | 'zoomed'> & { terminal: { full: boolean } }): Layout {
  return layoutOf(model.size, model.zoomed || model.terminal.full, model.lesson !== undefined);
}

export function workPicture(model: WorkModel): Frame {
  const layout = workLayout(model);
  const above = [headerRow(model, layout), ...topRows(model, layout)];
  const rows = [...above, ...high(model.terminal.rows, layout.terminal), ...bottomRows(model, layout)];
  const { row: at, column, visible } = model.terminal.cursor;
  const seen = visible && at < layout.terminal && model.terminal.unseen === undefined;
  return { rows: high(rows, layout.rows), ...(seen ? { cursor: { row: above.length + at, column } } : {}) };
}

type Signs = Pick<WorkModel, 'glyphs' | 'lang'>;

/** The row at which the terminal begins. */
export function terminalRow(model: WorkModel): number {
  const layout = workLayout(model);
  return 1 + topRows(model, layout).length;
}

function headerRow(model: WorkModel, layout: Layout): Row {
  const { lesson, lang, glyphs, clock } = model;
  const speed = clock.speed === 0 ? span(say(lang, 'paused'), STYLES.busy) : span(`x${clock.speed}`);
  const late = clock.slowed ? span(` ${say(lang, 'slowed')}`, STYLES.busy) : span('');
  const par = lesson?.par === undefined ? '' : ` / ${clockText(lesson.par)}`;
  const time = row(speed, late, ` ${clockText(clock.elapsed)}${par}`);
  if (lesson === undefined)
    return spread(row(span(' k8s-learn play', STYLES.title)), row(...time, ' '), layout.columns);
  if (layout.kind === 'small' || layout.kind === 'bare') {
    return spread(
      row(' ', ...goalLine(lesson, model, layout.columns - widthOf(time) - 3, false)),
      row(...time, ' '),
      layout.columns,
    );
  }
  const step = lesson.par === undefined ? `  ${say(lang, 'step', { n: lesson.step, of: lesson.steps })}` : '';
  const title = row(
    ` `,
    span(lesson.title, STYLES.title),
    step,
    layout.kind === 'large' ? `  ${lesson.stepTitle}` : '',
  );
  const marks = lesson.goals.flatMap((goal) => goalSign(goal, glyphs));
  const language = layout.kind === 'large' ? `  ${lang === 'ja' ? '日本語' : 'English'}` : '';
  return spread(title, row(...marks, '  ', ...time, language, ' '), layout.columns);
}

const GOAL_LOOKS: Readonly<Record<GoalView['mark'], Style>> = {
  open: STYLES.busy,
  done: STYLES.good,
  guard: STYLES.dim,
  broken: STYLES.bad,
};

function goalSign({ mark, question }: GoalView, glyphs: WorkModel['glyphs']): Span[] {
  const signs = { open: glyphs.open, done: glyphs.done, guard: glyphs.guard, broken: glyphs.bad };
  return question ? [span(glyphs.question, STYLES.busy)] : [span(signs[mark], GOAL_LOOKS[mark])];
}

/** What Enter does when all goals of a step hold: what a step has shown stands at the end of its story. */
function onward({ step, steps }: LessonView, lang: WorkModel['lang'], unread: boolean): string {
  return say(lang, unread ? 'readOn' : step < steps ? 'stepDone' : 'lastDone');
}

/** The goal to look at: the first that is open. Its title is cut before what the key does. */
function goalLine(lesson: LessonView, { lang, glyphs }: WorkModel, room: number, unread: boolean): Row {
  const open = lesson.goals.find(({ mark }) => mark === 'open' || mark === 'broken');
  const shown = open ?? lesson.goals.findLast(({ mark }) => mark === 'done');
  if (shown === undefined)
    return [span(lesson.tried ? onward(lesson, lang, unread) : say(lang, 'noGoals'), STYLES.key)];
  const after = open === undefined ? `   ${onward(lesson, lang, unread)}` : '';
  const before = row(`${say(lang, 'goal')} `, ...goalSign(shown, glyphs), ' ');
  const title = cut([span(shown.title)], room - widthOf(before) - textWidth(after), glyphs.more);
  return row(...before, ...title, span(after, STYLES.key));
}

function topRows(model: WorkModel, layout: Layout): Row[] {
  if (layout.kind === 'large') return [...largeTop(model, layout), shellRule(model, layout, largeKeys(model))];
  if (layout.kind !== 'usual') return [];
  const { lesson, glyphs } = model;
  if (lesson === undefined) return [shellRule(model, layout, NO_ROW)];
  const story = pageRows(lesson.story, lesson.page, layout.top, layout.columns - 1, model).map((each) =>
    row(' ', ...each),
  );
  const title = shellTitle(model);
  const room = layout.columns - widthOf(title) - 8;
  const goal = rule(goalLine(lesson, model, room, isUnread(lesson, layout, model)), title, layout.columns, glyphs);
  return [...high(story, layout.top), goal];
}

function largeTop(model: WorkModel, layout: Layout): Row[] {
  const { lang, glyphs, cluster, happened, lesson } = model;
  const width = layout.columns - DIVIDE - 1;
  const right = (word: Span, key: string, columns: number): Row =>
    rule([word], [span(key, STYLES.dim)], columns, glyphs);
  const half = Math.floor(layout.top / 2);
  const map = (columns: number, height: number): Row[] => [
    right(span(withName(say(lang, 'map'), cluster)), menuKey(model, 'map'), columns),
    ...high(mapColumn(cluster, columns, height - 1, model), height - 1),
  ];
  const what = (columns: number, height: number): Row[] => [
    right(span(say(lang, 'happened')), menuKey(model, 'timeline'), columns),
    ...high(happeningRows(happened, columns, height - 1, glyphs, say(lang, 'you')), height - 1),
  ];
  if (lesson === undefined) {
    return beside(map(DIVIDE, layout.top), what(width, layout.top), DIVIDE, layout.columns, glyphs);
  }
  const left = lessonColumn(lesson, model, layout.top);
  return beside(left, [...map(width, half), ...what(width, layout.top - half)], DIVIDE, layout.columns, glyphs);
}

function lessonColumn(lesson: LessonView, model: WorkModel, height: number): Row[] {
  const { lang, glyphs } = model;
  const predicted: Row[] =
    lesson.predicted.length === 0
      ? []
      : [
          rule([span(say(lang, 'predicted'))], NO_ROW, DIVIDE, glyphs),
          ...lesson.predicted.map((each) => row(' ', ...each)),
        ];
  const room = largeStoryRoom(lesson, model, height);
  const unread = hasMore(lesson, room, DIVIDE - 2);
  const goals = [rule([span(say(lang, 'goals'))], NO_ROW, DIVIDE, glyphs), ...goalRows(lesson, model, unread)];
  const story = pageRows(lesson.story, lesson.page, room, DIVIDE - 2, model).map((each) => row(' ', ...each));
  return high([...high(story, room), ...predicted, ...goals], height);
}

function largeStoryRoom(lesson: LessonView, signs: Signs, height: number): number {
  const { predicted } = lesson;
  const below = (predicted.length === 0 ? 0 : predicted.length + 1) + goalRows(lesson, signs, false).length + 1;
  return Math.max(4, height - below);
}

/** How many rows the story has, and how wide they are. */
export function storyRoom(
  lesson: LessonView,
  layout: Layout,
  signs: Signs,
): { readonly height: number; readonly columns: number } {
  if (layout.kind === 'large') return { height: largeStoryRoom(lesson, signs, layout.top), columns: DIVIDE - 2 };
  return { height: Math.max(1, layout.top), columns: layout.columns - 1 };
}

/** Whether pages of the story come behind the one that is shown; where none is shown there are none. */
export function isUnread(lesson: LessonView, layout: Layout, signs: Signs): boolean {
  if (layout.kind !== 'usual' && layout.kind !== 'large') return false;
  const { height, columns } = storyRoom(lesson, layout, signs);
  return hasMore(lesson, height, columns);
}

/** Who has recovered from an incident needs no more of its page. */
function hasMore({ story, page, par }: LessonView, height: number, columns: number): boolean {
  return par === undefined && page < pageCount(story, height, columns) - 1;
}

/** What is done stands in one row; what is open has one each, with what is missing. */
function goalRows(lesson: LessonView, { glyphs, lang }: Signs, unread: boolean): Row[] {
  const { goals } = lesson;
  const settled = goals.filter(({ mark }) => mark === 'done' || mark === 'guard');
  const open = goals.filter(({ mark }) => mark === 'open' || mark === 'broken');
  const together: Row[] =
    settled.length === 0
      ? []
      : [settled.flatMap((goal) => [span(' '), ...goalSign(goal, glyphs), span(` ${goal.title}  `)])];
  const single = open.flatMap((goal) => [
    row(' ', ...goalSign(goal, glyphs), ` ${goal.title}`),
    ...goal.detail.map((each) => row('     ', ...each)),
  ]);
  const asksNothing = goals.length === 0 && !lesson.tried;
  const next = asksNothing ? say(lang, 'noGoals') : open.length === 0 ? onward(lesson, lang, unread) : undefined;
  return [...together, ...single, ...(next === undefined ? [] : [row(' ', span(next, STYLES.key))])];
}

function shellTitle({ lang, shells, shell, terminal, glyphs, bindings }: WorkModel): Row {
  // Esc belongs to what runs.
  const menu = terminal.running ? keyText(bindings.menu) : 'Esc';
  const others = shells
    .filter(({ id }) => id !== shell)
    .map(({ id, running }) =>
      span(` ${glyphs.bar} ${id}${running === undefined ? '' : `: ${running}`} (${menu} ${id})`, STYLES.dim),
    );
  const unseen =
    terminal.unseen === undefined
      ? []
      : [
          span(
            `${glyphs.down} ${say(lang, terminal.unseen > 0 ? 'newOutput' : 'scrolledBack', { n: terminal.unseen })}  `,
            STYLES.busy,
          ),
        ];
  return row(...unseen, `${say(lang, 'shell', { n: shell })} · ${terminal.namespace}`, ...others);
}

function shellRule(model: WorkModel, layout: Layout, keys: Row): Row {
  return rule(shellTitle(model), keys, layout.columns, model.glyphs);
}

function largeKeys({ lang }: WorkModel): Row {
  return [span(`Esc +: ${say(lang, 'menuShell')}  Esc z  PgUp`, STYLES.dim)];
}

/** Of several clusters one is shown. */
function withName(word: string, { name }: ClusterView): string {
  return name === undefined ? word : `${word} ${name}`;
}

function bottomRows(model: WorkModel, layout: Layout): Row[] {
  const { columns, kind } = layout;
  const keys = model.notice ?? keysRow(model, kind);
  if (kind === 'bare' || kind === 'small') return [keys];
  const busy = row(' ', ...model.busy);
  const jump = model.busy.length > 0 ? [span(`${skipKey(model)} `, STYLES.dim)] : NO_ROW;
  if (kind === 'large') return [spread(busy, jump, columns), keys];
  const { lang, glyphs } = model;
  return [
    rule([span(withName(say(lang, 'cluster'), model.cluster))], NO_ROW, columns, glyphs),
    mapRow(model.cluster, columns, model),
    spread(busy, jump, columns),
    keys,
  ];
}

/** Words belong to what runs. */
function skipKey({ terminal, bindings }: WorkModel): string {
  return terminal.running ? menuKey({ bindings }, 'skip').replace('Esc', keyText(bindings.menu)) : '`skip`';
}

/** How to leave what beginners don't know how to leave; others say it themselves. */
const KEYS_IN: ReadonlyMap<string, Word> = new Map([
  ['vi', 'keysInVi'],
  ['vim', 'keysInVi'],
  ['less', 'keysInLess'],
  ['watch', 'keysInWatch'],
]);

function keysWord({ terminal, lesson }: WorkModel, kind: Layout['kind']): Word {
  if (terminal.full) return KEYS_IN.get(terminal.program ?? '') ?? 'keysFull';
  if (terminal.system) return 'keysSystem';
  if (terminal.running) return 'keysRunning';
  if (lesson === undefined) return 'keysInPlay';
  if (lesson.par !== undefined) return 'keysInDrill';
  return kind === 'small' ? 'keysWithoutStory' : 'keysAtPrompt';
}

function keysRow(model: WorkModel, kind: Layout['kind']): Row {
  const { lang, lesson, pulse, bindings } = model;
  const words = lesson === undefined ? 'why skip map' : 'hint check why next skip';
  const keys = { menu: keyText(bindings.menu), story: menuKey({ bindings }, 'story') };
  const text = ` ${say(lang, keysWord(model, kind), { ...keys, words })}`;
  const at = pulse ? text.indexOf('hint') : -1;
  if (at < 0) return [span(text, STYLES.dim)];
  return [span(text.slice(0, at), STYLES.dim), span('hint', STYLES.pulse), span(text.slice(at + 4), STYLES.dim)];
}
