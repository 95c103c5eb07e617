// From tokens to the nodes of the first document of a text.

import { type Mark, yamlError } from './cursor.ts';
import { newScanner, peekToken, type Scanner, type Token, takeToken } from './scanner.ts';
import type { Tag } from './tags.ts';

interface Common {
  /** Where it begins, from 0. */
  readonly line: number;
  /** In full, such as `tag:yaml.org,2002:str`; empty when none is given. */
  readonly tag: string;
}
export interface ScalarNode extends Common {
  readonly is: 'scalar';
  readonly value: string;
  /** Plain and without a tag: its value tells its type. */
  readonly implicit: boolean;
}
interface SequenceNode extends Common {
  readonly is: 'sequence';
  readonly items: YamlNode[];
}
export interface MappingNode extends Common {
  readonly is: 'mapping';
  readonly entries: (readonly [YamlNode, YamlNode])[];
}
export interface AliasNode extends Common {
  readonly is: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

/** A parser at work. */
interface Parser {
  readonly scanner: Scanner;
  readonly anchors: Map<string, YamlNode>;
  readonly tags: Map<string, string>;
}

const DEFAULT_TAGS: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
];
const DOCUMENT_ENDS: readonly Token['is'][] = ['directive', 'document start', 'document end', 'stream end'];

/** The root of the first document; undefined when the text has none. Throws a DecodingError. */
export function readDocument(text: string): YamlNode | undefined {
  const parser: Parser = { scanner: newScanner(text), anchors: new Map(), tags: new Map() };
  const first = peekToken(parser.scanner);
  if (first.is === 'stream end') return undefined;
  const root = readRoot(parser, first);
  // A document is read to the token behind it, which may be wrong.
  peekToken(parser.scanner);
  return root;
}

function readRoot(parser: Parser, first: Token): YamlNode {
  const { scanner, tags } = parser;
  const explicit = first.is === 'directive' || first.is === 'document start';
  if (explicit) readDirectives(parser);
  for (const [handle, prefix] of DEFAULT_TAGS) if (!tags.has(handle)) tags.set(handle, prefix);
  if (!explicit) return readNode(parser, true);
  if (peekToken(scanner).is !== 'document start') throw complaint(parser, 'did not find expected <document start>');
  const { end } = takeToken(scanner);
  return DOCUMENT_ENDS.includes(peekToken(scanner).is) ? emptyNode(end) : readNode(parser, true);
}

function readDirectives(parser: Parser): void {
  const { scanner, tags } = parser;
  let version = false;
  for (let token = peekToken(scanner); token.is === 'directive'; token = peekToken(scanner)) {
    const { directive } = token;
    if (directive.is === 'version') {
      if (version) throw complaint(parser, 'found duplicate %YAML directive');
      if (directive.major !== 1 || directive.minor !== 1) throw complaint(parser, 'found incompatible YAML document');
      version = true;
    } else {
      if (tags.has(directive.handle)) throw complaint(parser, 'found duplicate %TAG directive');
      tags.set(directive.handle, directive.prefix);
    }
    takeToken(scanner);
  }
}

/** The complaint about the next token; `context` is where what is being read began. */
function complaint({ scanner }: Parser, problem: string, context?: Mark): Error {
  const { line } = peekToken(scanner).start;
  return yamlError(problem, line > 0 ? line : (context?.line ?? 0));
}

/** What stands before the content of a node. */
interface Properties {
  readonly anchor: string | undefined;
  readonly tag: string;
  readonly start: Mark;
}

/** `block`: block collections may stand here; `indentless`: a sequence may stand at its key's indentation. */
function readNode(parser: Parser, block: boolean, indentless = false): YamlNode {
  const first = peekToken(parser.scanner);
  if (first.is === 'alias') return readAlias(parser, first.name, first.start.line);
  const properties = readProperties(parser);
  const token = peekToken(parser.scanner);
  if (indentless && token.is === 'entry') return readSequence(parser, properties, readIndentlessItems);
  if (token.is === 'scalar') return readScalar(parser, properties, token.value, token.plain);
  if (token.is === 'flow sequence') return readSequence(parser, properties, readFlowItems);
  if (token.is === 'flow mapping') return readMapping(parser, properties, readFlowEntries);
  if (block && token.is === 'block sequence') return readSequence(parser, properties, readBlockItems);
  if (block && token.is === 'block mapping') return readMapping(parser, properties, readBlockEntries);
  if (properties.anchor !== undefined || properties.tag !== '') return unwrittenNode(parser, properties);
  throw complaint(parser, 'did not find expected node content', first.start);
}

function readAlias({ scanner, anchors }: Parser, name: string, line: number): AliasNode {
  const target = anchors.get(name);
  if (target === undefined) throw yamlError(`unknown anchor '${name}' referenced`);
  takeToken(scanner);
  return { is: 'alias', name, target, line, tag: '' };
}

function readProperties({ scanner, tags }: Parser): Properties {
  const { start } = peekToken(scanner);
  let anchor: string | undefined;
  let tag: (Token & { readonly is: 'tag' }) | undefined;
  for (let token = peekToken(scanner); ; token = peekToken(scanner)) {
    if (token.is === 'anchor' && anchor === undefined) anchor = token.name;
    else if (token.is === 'tag' && tag === undefined) tag = token;
    else return { anchor, tag: tag === undefined ? '' : fullTag(tags, tag.tag, tag.start, start), start };
    takeToken(scanner);
  }
}

function fullTag(tags: ReadonlyMap<string, string>, { handle, suffix }: Tag, mark: Mark, context: Mark): string {
  if (handle === '') return suffix;
  const prefix = tags.get(handle);
  if (prefix === undefined) throw yamlError('found undefined tag handle', mark.line > 0 ? mark.line : context.line);
  return prefix + suffix;
}

function named<T extends YamlNode>({ anchors }: Parser, { anchor }: Properties, node: T): T {
  if (anchor !== undefined) anchors.set(anchor, node);
  return node;
}

function readScalar(parser: Parser, properties: Properties, value: string, plain: boolean): ScalarNode {
  takeToken(parser.scanner);
  const { tag, start } = properties;
  const implicit = (tag === '' && plain) || tag === '!';
  return named(parser, properties, { is: 'scalar', value, tag, line: start.line, implicit });
}

/** A node of which only the anchor or the tag is written. */
function unwrittenNode(parser: Parser, properties: Properties): ScalarNode {
  const { tag, start } = properties;
  return named(parser, properties, { is: 'scalar', value: '', tag, line: start.line, implicit: tag === '' });
}

function emptyNode(mark: Mark): ScalarNode {
  return { is: 'scalar', value: '', tag: '', line: mark.line, implicit: true };
}

type ReadItems = (parser: Parser, items: YamlNode[], start: Mark) => void;
type ReadEntries = (parser: Parser, entries: MappingNode['entries'], start: Mark) => void;

function readSequence(parser: Parser, properties: Properties, read: ReadItems): SequenceNode {
  const { tag, start } = properties;
  const node = named(parser, properties, { is: 'sequence' as const, items: [], tag, line: start.line });
  read(parser, node.items, peekToken(parser.scanner).start);
  return node;
}

function readMapping(parser: Parser, properties: Properties, read: ReadEntries): MappingNode {
  const { tag, start } = properties;
  const node = named(parser, properties, { is: 'mapping' as const, entries: [], tag, line: start.line });
  read(parser, node.entries, peekToken(parser.scanner).start);
  return node;
}

function readBlockItems(parser: Parser, items: YamlNode[], start: Mark): void {
  const { scanner } = parser;
  takeToken(scanner);
  while (peekToken(scanner).is === 'entry') items.push(readPart(parser, ['entry', 'block end'], 'block'));
  if (peekToken(scanner).is !== 'block end') throw complaint(parser, "did not find expected '-' indicator", start);
  takeToken(scanner);
}

/** A sequence as the value of a key, at the key's own indentation. */
function readIndentlessItems(parser: Parser, items: YamlNode[]): void {
  const ends: readonly Token['is'][] = ['entry', 'key', 'value', 'block end'];
  while (peekToken(parser.scanner).is === 'entry') items.push(readPart(parser, ends, 'block'));
}

/** What stands behind `-`, `?` or `:`; an empty node when one of `ends` follows. */
function readPart(parser: Parser, ends: readonly Token['is'][], where: 'block' | 'entry' | 'flow'): YamlNode {
  const { end } = takeToken(parser.scanner);
  const token = peekToken(parser.scanner);
  if (ends.includes(token.is)) return emptyNode(where === 'flow' ? token.start : end);
  return readNode(parser, where !== 'flow', where === 'entry');
}

const BLOCK_ENDS: readonly Token['is'][] = ['key', 'value', 'block end'];

function readBlockEntries(parser: Parser, entries: MappingNode['entries'], start: Mark): void {
  const { scanner } = parser;
  takeToken(scanner);
  for (let token = peekToken(scanner); token.is !== 'block end'; token = peekToken(scanner)) {
    if (token.is !== 'key') throw complaint(parser, 'did not find expected key', start);
    const key = readPart(parser, BLOCK_ENDS, 'entry');
    entries.push([key, readValue(parser, BLOCK_ENDS, 'entry')]);
  }
  takeToken(scanner);
}

/** What stands behind a key's `:`, if there is one. */
function readValue(parser: Parser, ends: readonly Token['is'][], where: 'entry' | 'flow'): YamlNode {
  const token = peekToken(parser.scanner);
  return token.is === 'value' ? readPart(parser, ends, where) : emptyNode(token.start);
}

const SEQUENCE_ENDS: readonly Token['is'][] = ['flow entry', 'flow sequence end'];
const MAPPING_ENDS: readonly Token['is'][] = ['flow entry', 'flow mapping end'];

function readFlowItems(parser: Parser, items: YamlNode[], start: Mark): void {
  eachFlowItem(parser, 'flow sequence end', "did not find expected ',' or ']'", start, (token) => {
    items.push(token.is === 'key' ? readSinglePair(parser) : readNode(parser, false));
  });
}

/** `[a: b]`: a mapping of one entry without braces. */
function readSinglePair(parser: Parser): MappingNode {
  const { line } = peekToken(parser.scanner).start;
  const key = readPart(parser, ['value', ...SEQUENCE_ENDS], 'flow');
  // An oddity of Go's library: behind an empty key it passes over one token, whatever it is.
  if (key.is === 'scalar' && key.value === '' && key.implicit) takeToken(parser.scanner);
  return { is: 'mapping', entries: [[key, readValue(parser, SEQUENCE_ENDS, 'flow')]], tag: '', line };
}

function readFlowEntries(parser: Parser, entries: MappingNode['entries'], start: Mark): void {
  eachFlowItem(parser, 'flow mapping end', "did not find expected ',' or '}'", start, (token) => {
    const pair = token.is === 'key';
    const key = pair ? readPart(parser, ['value', ...MAPPING_ENDS], 'flow') : readNode(parser, false);
    const value = pair ? readValue(parser, MAPPING_ENDS, 'flow') : emptyNode(peekToken(parser.scanner).start);
    entries.push([key, value]);
  });
}

/** Items between commas; a comma may stand behind the last. */
function eachFlowItem(
  parser: Parser,
  last: Token['is'],
  problem: string,
  start: Mark,
  read: (token: Token) => void,
): void {
  const { scanner } = parser;
  takeToken(scanner);
  for (let first = true; peekToken(scanner).is !== last; first = false) {
    if (!first) {
      if (peekToken(scanner).is !== 'flow entry') throw complaint(parser, problem, start);
      takeToken(scanner);
      if (peekToken(scanner).is === last) break;
    }
    read(peekToken(scanner));
  }
  takeToken(scanner);
}
