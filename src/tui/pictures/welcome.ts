// The first screen: what this is, that the cluster is there, and what one key begins. It asks nothing.

import { type Frame, high } from '../frame.ts';
import type { WelcomeModel } from '../model.ts';
import { fill, NO_ROW, type Row, row, STYLES, span, spread } from '../text.ts';
import { say } from '../words.ts';

export function welcomePicture(model: WelcomeModel): Frame {
  const { lang, size } = model;
  const columns = size.columns;
  const height = size.rows - 1;
  const top: Row[] = [
    NO_ROW,
    spread(row(' ', span('k8s-learn', STYLES.title)), row(span(say(lang, 'otherLanguage'), STYLES.dim), ' '), columns),
    NO_ROW,
    row(' ', say(lang, 'welcome1')),
    row(' ', say(lang, 'welcome2')),
    row(' ', say(lang, 'welcome3')),
    NO_ROW,
    nodesRow(model),
    NO_ROW,
  ];
  const middle: Row[] = [
    row(' ', say(lang, 'welcomePlan')),
    NO_ROW,
    choices([span('> ', STYLES.good), key('Enter')], model.next, key('l'), say(lang, 'allLessons'), columns),
    choices([span('  '), key('p')], say(lang, 'play'), key('?'), say(lang, 'keys'), columns),
    choices([span('  '), key('d')], say(lang, 'drill'), key('q'), say(lang, 'quit'), columns),
  ];
  const last = model.opening
    ? row(' ', span(say(lang, 'opening'), STYLES.busy))
    : row(' ', span(say(lang, 'progressIn', { folder: model.folder }), STYLES.dim));
  const free = height - top.length - middle.length - 1;
  const before = Math.max(0, Math.min(3, Math.floor(free / 2)));
  const rows = [...top, ...high([], before), ...middle];
  return { rows: high([...high(rows, height - 1), last], height) };
}

function key(name: string): { text: string; style: typeof STYLES.key } {
  return { text: name, style: STYLES.key };
}

function choices(head: Row, text: string, second: Row[number] | undefined, also: string, columns: number): Row {
  const left = [...fill([span(' '), ...head], 10), span(text)];
  if (second === undefined) return left;
  const at = Math.max(40, Math.floor(columns * 0.45));
  return [...fill(left, at), second, span(`${' '.repeat(Math.max(1, 3 - second.text.length))}${also}`)];
}

function nodesRow({ nodes, glyphs, lang, took, resumes }: WelcomeModel): Row {
  if (nodes.length === 0) return row(span(resumes ? `  ${say(lang, 'asYouLeftIt')}` : '', STYLES.dim));
  const each = nodes.flatMap(({ name, ready }) => [
    span(`  ${name} `),
    ready ? span(`${glyphs.ready} ${say(lang, 'ready')}`, STYLES.good) : span(glyphs.busy, STYLES.busy),
  ]);
  return row(...each, span(took === undefined ? '' : `  (${(took / 1000).toFixed(1)} s)`, STYLES.dim));
}
