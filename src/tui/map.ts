// The cluster map, drawn in the room that there is: two rows, a column, or a page. What doesn't fit is counted.

import { lazyFor } from '../../sandbox/kube/lazy.ts';
import type { ClusterView, Health, NodeView, PodView, ServiceView } from './clusterview.ts';
import type { Glyphs } from './glyphs.ts';
import type { Surface } from './model.ts';
import { cut, fill, type Row, row, type Span, STYLES, type Style, span, textWidth, widthOf } from './text.ts';
import { say } from './words.ts';
import { wrap } from './wrap.ts';

type Look = Pick<Surface, 'glyphs' | 'lang'>;

const LOOKS: Readonly<Record<Health, Style>> = {
  ready: STYLES.good,
  busy: STYLES.busy,
  bad: STYLES.bad,
  done: STYLES.dim,
};

function sign(health: Health, glyphs: Glyphs): Span {
  return span(health === 'done' ? glyphs.done : glyphs[health], LOOKS[health]);
}

/** What a pod's sign doesn't say: that it isn't running well. */
function wordOf({ word, ready, health }: PodView): string {
  if (health === 'ready') return ready;
  return word === 'Running' || word === 'ContainerCreating' || word === 'Pending' ? `${ready}` : `${ready} ${word}`;
}

/** Which pods are called by their names, and by how much of them; the others are counted. */
interface Naming {
  readonly who: 'all' | 'single' | 'nobody';
  readonly short: boolean;
  /** Whether a sign alone says how a pod is, and only nodes stand there that have something to say. */
  readonly bare: boolean;
}

const SIGNS: Naming = { who: 'all', short: true, bare: true };

const NAMINGS: readonly Naming[] = [
  { who: 'all', short: false, bare: false },
  { who: 'all', short: true, bare: false },
  SIGNS,
  { who: 'single', short: true, bare: false },
  { who: 'nobody', short: true, bare: false },
];

/** All nodes in one row: pods by name where there is room for names, by count otherwise. */
export function mapRow(view: ClusterView, columns: number, look: Look): Row {
  const rows = NAMINGS.map((naming) => joinedCells(view, look, naming));
  return cut(rows.find((each) => widthOf(each) <= columns) ?? rows.at(-1) ?? [], columns, look.glyphs.more);
}

function joinedCells(view: ClusterView, look: Look, naming: Naming): Row {
  const { glyphs } = look;
  const nodes = view.nodes.filter(({ pods, health }) => !naming.bare || pods.length > 0 || health !== 'ready');
  const cells = [...nodes.map((node) => nodeCell(node, glyphs, naming)), ...waitingCell(view, look, naming)];
  const bar = span(` ${glyphs.bar} `, STYLES.dim);
  return row(' ', ...cells.flatMap((cell, i) => (i === 0 ? [...cell] : [bar, ...cell])));
}

function nodeCell({ name, health, pods }: NodeView, glyphs: Glyphs, naming: Naming): Row {
  const title = health === 'ready' ? row(`${name} `) : row(sign(health, glyphs), ` ${name} `);
  return row(...title, ...(pods.length === 0 ? [span('-', STYLES.dim)] : podCells(pods, glyphs, naming)));
}

/** A single pod is named even where there is little room. */
function podCells(pods: readonly PodView[], glyphs: Glyphs, { who, short, bare }: Naming): Span[] {
  if (who === 'all' || (who === 'single' && pods.length === 1)) {
    const gap = glyphs.ready.length > 1 ? ' ' : '';
    return pods.flatMap((pod, i) => {
      const name = short ? shortName(pod.name, glyphs) : pod.name;
      const cell = span(`${gap}${name}${bare ? '' : ` ${wordOf(pod)}`}`);
      return [span(i === 0 ? '' : ' '), sign(pod.health, glyphs), cell];
    });
  }
  const count = (health: Health): number => pods.filter((pod) => pod.health === health).length;
  return (['ready', 'busy', 'bad', 'done'] as const)
    .filter((health) => count(health) > 0)
    .flatMap((health) => [sign(health, glyphs), span(`${count(health)} `)]);
}

/** `web-6bdfc57d44-tfclw` is `web…tfclw`: what tells pods of one set apart stands at the end. */
function shortName(name: string, { more }: Glyphs): string {
  const at = name.indexOf('/') + 1;
  const [first = '', ...rest] = name.slice(at).split('-');
  return rest.length < 2 ? name : `${name.slice(0, at)}${first}${more}${rest.at(-1) ?? ''}`;
}

function waitingCell({ waiting }: ClusterView, { glyphs, lang }: Look, naming: Naming): Row[] {
  if (waiting.length === 0) return [];
  return [row(span(`${say(lang, 'noNode')}: `, STYLES.dim), ...podCells(waiting, glyphs, naming))];
}

/** What has been drawn of a view: a picture is made with every key that is pressed, and the cluster changes less often. */
const drawn = lazyFor((_: ClusterView) => new Map<string, readonly Row[]>());

/** One thing a row: nodes with their pods below each other (beside each other where there is less room), then services. */
export function mapColumn(view: ClusterView, columns: number, height: number, look: Look): readonly Row[] {
  const { glyphs, lang } = look;
  const key = [columns, height, lang, ...Object.values(glyphs)].join(' ');
  const known = drawn(view).get(key);
  if (known !== undefined) return known;
  const rows = columnRows(view, columns, height, look);
  drawn(view).set(key, rows);
  return rows;
}

function columnRows(view: ClusterView, columns: number, height: number, look: Look): Row[] {
  const { glyphs, lang } = look;
  const nameWidth = Math.max(8, ...[...view.nodes, ...view.services].map(({ name }) => textWidth(name)));
  const indent = Math.min(nameWidth, Math.floor(columns / 2)) + 3;
  const below = (pods: readonly PodView[]): Row[] => pods.map((pod) => podRow(pod, glyphs));
  const beside = (pods: readonly PodView[]): Row[] =>
    pods.length === 0 ? [] : wrap(row(...podCells(pods, glyphs, SIGNS)), columns - indent);
  const rowsWith = (podRows: (pods: readonly PodView[]) => Row[]): Row[] => [
    ...view.nodes.flatMap((node) => nodeRows(node, podRows(node.pods), indent, glyphs)),
    ...labelled(say(lang, 'noNode'), podRows(view.waiting), indent),
    ...labelled(
      say(lang, 'services'),
      view.services.map((service) => serviceRow(service, look)),
      indent,
    ),
  ];
  const rows = rowsWith(below);
  const fitting = (rows.length <= height ? rows : rowsWith(beside)).map((each) => cut(each, columns, glyphs.more));
  return shortened(fitting, height, glyphs);
}

function nodeRows({ name, health, word }: NodeView, pods: readonly Row[], indent: number, glyphs: Glyphs): Row[] {
  const state = health === 'ready' ? [] : [row(sign(health, glyphs), ` ${word}`)];
  const content = [...state, ...pods];
  return labelled(name, content.length === 0 ? [row(span(word.toLowerCase(), STYLES.dim))] : content, indent);
}

function podRow(pod: PodView, glyphs: Glyphs): Row {
  const address = pod.address === undefined ? '' : `  ${pod.address}`;
  const word = pod.word === 'Running' ? '' : `  ${pod.word}`;
  return row(
    sign(pod.health, glyphs),
    ` ${pod.name} ${pod.ready}`,
    span(word, LOOKS[pod.health]),
    span(address, STYLES.dim),
  );
}

function serviceRow({ name, port, leadsTo }: ServiceView, { glyphs, lang }: Look): Row {
  const where = leadsTo.length === 0 ? span(say(lang, 'leadsNowhere'), STYLES.bad) : span(leadsTo.join(' '));
  return row(`${name}${port === undefined ? '' : `:${port}`} ${glyphs.arrow} `, where);
}

/** The first row has the name before it. */
function labelled(name: string, content: readonly Row[], indent: number): Row[] {
  return content.map((each, i) => [...fill(row(' ', span(i === 0 ? name : '', STYLES.strong)), indent), ...each]);
}

function shortened(rows: readonly Row[], height: number, glyphs: Glyphs): Row[] {
  if (rows.length <= height) return [...rows];
  return [
    ...rows.slice(0, Math.max(0, height - 1)),
    row(span(` ${glyphs.more} +${rows.length - height + 1}`, STYLES.dim)),
  ];
}
