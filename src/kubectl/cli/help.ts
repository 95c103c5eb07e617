// Help and usage, laid out as kubectl lays them out. What is said comes from the catalog and from the commands.

import {
  type CommandRow,
  childrenOf,
  type FlagSpec,
  fullPath,
  globalFlags,
  nameOf,
  ownFlags,
} from '../data/catalog.ts';
import { commandGroups, otherCommandNames, otherGroup, pluginGroup, unlistedCommands } from '../data/groups.ts';
import { wrapText } from '../text/wrap.ts';
import { aboutPlugin } from './plugin.ts';

/** What a command says about itself beyond its row in the catalog. */
export interface HelpTexts {
  /** Paragraphs, separated by empty lines. */
  readonly long?: string;
  /** Lines of comments and commands, without indentation. */
  readonly examples?: string;
}

export interface HelpLayout {
  /** Where the defaults of paths begin. */
  readonly home: string;
  /** How long a line may be; 0 is without limit. */
  readonly width: number;
  /** The first word of each plugin's name. */
  plugins(): readonly string[];
}

export function helpOf(row: CommandRow, texts: HelpTexts, layout: HelpLayout): string {
  const title = texts.long === undefined ? row.short : paragraphs(texts.long);
  return wrapText(`${title}${usageOf(row, texts, layout)}`, layout.width);
}

/** What `kubectl options` prints. */
export function optionsHelp(layout: HelpLayout): string {
  const flags = flagList(globalFlags(), layout);
  return wrapText(`The following options can be passed to any command:\n\n${flags}\n\n`, layout.width);
}

/** What follows the description: examples, subcommands, flags, the usage line. */
export function usageOf(row: CommandRow, texts: HelpTexts, layout: HelpLayout): string {
  const children = childrenOf(row.path);
  const flags = row.path === '' ? [] : ownFlags(row).filter((flag) => flag.deprecated === undefined);
  const sections = [
    row.aliases === undefined ? '' : `Aliases:\n${[nameOf(row.path), ...row.aliases].join(', ')}\n\n`,
    texts.examples === undefined ? '' : `Examples:\n${indented(texts.examples)}\n\n`,
    children.length === 0 ? '' : `${subcommands(row, layout)}\n\n`,
    flags.length === 0 ? '' : `Options:\n${flagList(flags, layout)}\n\n`,
    `Usage:\n  ${usageLine(row)}\n\n`,
    children.length === 0 ? '' : moreAbout(row),
    'Use "kubectl options" for a list of global command-line options (applies to all commands).\n',
  ];
  return `\n\n${sections.join('')}`;
}

function usageLine(row: CommandRow): string {
  return `kubectl ${row.usage}`;
}

function moreAbout(row: CommandRow): string {
  return `Use "${fullPath(row.path)} <command> --help" for more information about a given command.\n`;
}

/** All paragraphs but the first are set in by a blank. */
function paragraphs(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line, i) => (i === 0 || line === '' ? line : ` ${line}`))
    .join('\n');
}

function indented(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

const NAME_WIDTH = 11;

function subcommands(row: CommandRow, layout: HelpLayout): string {
  const children = childrenOf(row.path);
  const padding = Math.max(NAME_WIDTH, ...children.map((child) => nameOf(child.path).length));
  const line = (child: CommandRow): string => `  ${nameOf(child.path).padEnd(padding)}   ${child.short}`;
  const byName = [...children].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (row.path !== '') return ['Available Commands:', ...byName.map(line)].join('\n');
  const listed = (names: readonly string[]): string[] =>
    names.flatMap((name) => children.filter((child) => child.path === name).map(line));
  const others = otherCommandNames.filter((name) => !unlistedCommands.includes(name)).sort();
  const groups = [
    ...commandGroups.map(([title, names]) => [title, ...listed(names)]),
    [pluginGroup, ...layout.plugins().map((name) => `  ${name.padEnd(NAME_WIDTH)}   ${aboutPlugin(name)}`)],
    [otherGroup, ...listed(others)],
  ];
  return groups.map((lines) => lines.join('\n')).join('\n\n');
}

function flagList(flags: readonly FlagSpec[], layout: HelpLayout): string {
  return flags.map((flag) => flagHelp(flag, layout)).join('\n\n');
}

function flagHelp(flag: FlagSpec, { home, width }: HelpLayout): string {
  const shorthand = flag.shorthand === '' ? '' : `-${flag.shorthand}, `;
  const fallback = flag.fallback.replace('$home', home);
  const value = flag.type === 'string' ? `'${fallback}'` : fallback;
  const help = wrapText(flag.help, Math.max(width - 10, 0)).replaceAll('\n', '\n\t');
  return `    ${shorthand}--${flag.name}=${value}:\n\t${help}`;
}

/** What follows a complaint about flags. */
export function seeHelp(path: string): string {
  return path === 'options' ? `Run '${fullPath(path)}' without flags.` : `See '${fullPath(path)} --help' for usage.`;
}
