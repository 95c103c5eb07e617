// The story of a lesson: Markdown as a small model of blocks, which the screen draws and plain mode prints.

import type { Nodes, PhrasingContent, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { length } from '../checks/common.ts';

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'emphasis' | 'strong'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly children: readonly Inline[] }
  | { readonly kind: 'break' };

/** A command that is offered to the learner. */
export interface RunBlock {
  readonly kind: 'run';
  /** One command line, or several. */
  readonly text: string;
  readonly line: number;
  /** It doesn't end by itself: Ctrl-C after so long, in milliseconds. */
  readonly forMs?: number;
  /** It is left running. */
  readonly background: boolean;
  /** In which shell; 1 unless given. */
  readonly shell: number;
  /** It ends with another status than 0. */
  readonly fails: boolean;
  /** Its output may be wider than 80 columns. */
  readonly wide: boolean;
  /** What is typed into it once it runs. */
  readonly keys?: string;
}

export type Block =
  | { readonly kind: 'heading'; readonly depth: number; readonly text: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly text: readonly Inline[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'table'; readonly header: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'rule' }
  | RunBlock;

export type Cell = readonly Inline[];

/** A second-level heading with an anchor begins a step: `## Look at it {#look}`. */
export interface Scene {
  readonly anchor: string;
  readonly title: readonly Inline[];
  readonly blocks: readonly Block[];
  readonly line: number;
}

/** Where a scene's first command or file stands: a prediction comes before it, and what stands behind it would answer that. */
export function deedAt({ blocks }: Scene): number {
  const at = blocks.findIndex(({ kind }) => kind === 'run' || kind === 'code');
  return at < 0 ? blocks.length : at;
}

export interface Story {
  readonly scenes: readonly Scene[];
}

export type StoryReport = (line: number, message: string) => void;

const ANCHOR = /\s*\{#([a-z0-9-]{1,63})\}\s*$/;

/** What stands before the first step belongs to it; the title of the whole is the lesson's. */
export function readStory(markdown: string, report: StoryReport): Story {
  const root = fromMarkdown(markdown, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
  const intro: Block[] = [];
  const scenes: { anchor: string; title: readonly Inline[]; blocks: Block[]; line: number }[] = [];
  for (const node of root.children) {
    const line = lineOf(node);
    if (node.type === 'heading' && node.depth === 1) continue;
    if (node.type === 'heading' && node.depth === 2) {
      const { anchor, title } = headingOf(inlines(node.children, report));
      if (anchor === undefined) report(line, 'a heading of a step needs an anchor: `## Look at it {#look}`');
      else scenes.push({ anchor, title, blocks: [], line });
      continue;
    }
    const block = blockOf(node, report);
    if (block !== undefined) (scenes[scenes.length - 1]?.blocks ?? intro).push(block);
  }
  scenes[0]?.blocks.unshift(...intro);
  return { scenes };
}

/** Takes the anchor off the end of a heading. */
function headingOf(text: readonly Inline[]): { readonly anchor?: string; readonly title: readonly Inline[] } {
  const last = text[text.length - 1];
  const found = last?.kind === 'text' ? ANCHOR.exec(last.text) : null;
  if (last?.kind !== 'text' || found?.[1] === undefined) return { title: text };
  const rest = last.text.slice(0, found.index);
  return {
    anchor: found[1],
    title: [...text.slice(0, -1), ...(rest === '' ? [] : [{ kind: 'text', text: rest } as const])],
  };
}

function blockOf(node: RootContent, report: StoryReport): Block | undefined {
  switch (node.type) {
    case 'heading':
      return { kind: 'heading', depth: node.depth, text: inlines(node.children, report) };
    case 'paragraph':
      return { kind: 'paragraph', text: inlines(node.children, report) };
    case 'code':
      return node.lang === 'run'
        ? runBlock(node.value, node.meta ?? '', lineOf(node), report)
        : { kind: 'code', language: node.lang ?? '', text: node.value };
    case 'list':
      return {
        kind: 'list',
        ordered: node.ordered === true,
        start: node.start ?? 1,
        items: node.children.map((item) => blocksOf(item.children, report)),
      };
    case 'blockquote':
      return { kind: 'quote', blocks: blocksOf(node.children, report) };
    case 'table': {
      const [header = [], ...rows] = node.children.map((row) =>
        row.children.map((cell) => inlines(cell.children, report)),
      );
      return { kind: 'table', header, rows };
    }
    case 'thematicBreak':
      return { kind: 'rule' };
    case 'html':
      if (!node.value.startsWith('<!--')) report(lineOf(node), 'HTML is not drawn; write Markdown');
      return undefined;
    default:
      report(lineOf(node), `Markdown of the kind \`${node.type}\` is not drawn`);
      return undefined;
  }
}

function blocksOf(nodes: readonly RootContent[], report: StoryReport): readonly Block[] {
  return nodes.flatMap((node) => blockOf(node, report) ?? []);
}

function inlines(nodes: readonly PhrasingContent[], report: StoryReport): readonly Inline[] {
  return nodes.flatMap((node): readonly Inline[] => {
    switch (node.type) {
      case 'text':
        return [{ kind: 'text', text: node.value.replaceAll('\n', ' ') }];
      case 'inlineCode':
        return [{ kind: 'code', text: node.value }];
      case 'emphasis':
      case 'strong':
        return [{ kind: node.type, children: inlines(node.children, report) }];
      case 'link':
        return [{ kind: 'link', url: node.url, children: inlines(node.children, report) }];
      case 'break':
        return [{ kind: 'break' }];
      default:
        report(lineOf(node), `Markdown of the kind \`${node.type}\` is not drawn`);
        return [];
    }
  });
}

function lineOf(node: Nodes): number {
  return node.position?.start.line ?? 1;
}

const ATTRIBUTES = ['for', 'bg', 'shell', 'expect', 'keys', 'wide'];

/** `for=30s`, `bg`, `shell=2`, `expect=fail`, `keys='q'`, `wide`. */
function runBlock(text: string, meta: string, line: number, report: StoryReport): RunBlock {
  const words = new Map<string, string>();
  for (const [, key = '', quoted, plain] of meta.matchAll(/([a-z]+)(?:=(?:'([^']*)'|(\S+)))?/g))
    words.set(key, quoted ?? plain ?? '');
  for (const key of words.keys())
    if (!ATTRIBUTES.includes(key))
      report(line, `\`${key}\`: a run block has for=30s, bg, shell=2, expect=fail, wide and keys='...'`);
  const waits = words.get('for');
  const forMs = waits === undefined ? undefined : length.read(waits, [], (_, message) => report(line, message));
  const shell = Number(words.get('shell') ?? 1);
  if (![1, 2, 3, 4].includes(shell)) report(line, 'shell= takes 1 to 4');
  if (words.has('expect') && words.get('expect') !== 'fail') report(line, 'expect= takes fail');
  const keys = words.get('keys');
  return {
    kind: 'run',
    text,
    line,
    background: words.has('bg'),
    wide: words.has('wide'),
    shell,
    fails: words.get('expect') === 'fail',
    ...(forMs === undefined ? {} : { forMs }),
    ...(keys === undefined ? {} : { keys: typed(keys) }),
  };
}

const KEYS: Readonly<Record<string, string>> = { r: '\r', n: '\r', t: '\t', e: '\x1b', '\\': '\\' };

/** `\n` is Enter, `\e` Escape, `\t` Tab, `^C` Ctrl-C. */
function typed(keys: string): string {
  return keys
    .replace(/\\([rnte\\])/g, (_, key: string) => KEYS[key] ?? key)
    .replace(/\^([A-Z])/g, (_, key: string) => String.fromCharCode(key.charCodeAt(0) - 64));
}

/** The text of inline parts, without their marks. */
export function plainText(inline: readonly Inline[]): string {
  return inline
    .map((part) => ('children' in part ? plainText(part.children) : part.kind === 'break' ? '\n' : part.text))
    .join('');
}

/** All commands that a story offers, in its order. */
export function runBlocks(blocks: readonly Block[]): readonly RunBlock[] {
  return blocks.flatMap((block): readonly RunBlock[] => {
    if (block.kind === 'run') return [block];
    if (block.kind === 'quote') return runBlocks(block.blocks);
    return block.kind === 'list' ? block.items.flatMap((item) => runBlocks(item)) : [];
  });
}
