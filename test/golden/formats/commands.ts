// facts/kubectl-commands.json: every command with its usage, flags, shorthands and defaults, as its help shows them.

import { entries, isObject, type JsonObject, type JsonValue, objectAt } from '../json.ts';
import type { World } from '../world.ts';
import { facts } from './facts.ts';

const OPTIONS = 'kubectl options';

export const commands = facts({
  name: 'kubectl commands',
  recognises: ({ content }) => isObject(objectAt(content)['commands']),
  // The workstation, where kubectl is.
  extent: 'node',
  entries: (content) =>
    entries(objectAt(content, 'commands')).map(([command, described], i) => ({
      part: command,
      places: [['commands', command], ...(i === 0 && 'globalFlags' in objectAt(content) ? [['globalFlags']] : [])],
      recorded: {
        ...objectAt(described),
        ...(i === 0 ? { globalFlags: objectAt(content)['globalFlags'] ?? null } : {}),
      },
      sent: null,
    })),
  async answer(world, _, wanted) {
    const described: [string, JsonValue][] = [];
    for (const command of wanted) described.push([command, await describe(world, `${command} --help`)]);
    const { flags } = await describe(world, OPTIONS);
    return { globalFlags: flags ?? [], commands: Object.fromEntries(described) };
  },
});

async function describe(world: World, command: string): Promise<JsonObject> {
  const { stdout } = await world.run(command);
  return parseHelp(stdout);
}

/** Reads what a help text says, whatever words it says it in. */
export function parseHelp(help: string): JsonObject {
  const sections = sectionsOf(help);
  const usage = linesOf(sections, 'Usage');
  const flags = help.split('\n').flatMap(flagOf);
  const aliases = linesOf(sections, 'Aliases').flatMap((line) => line.split(', '));
  const groups = [...sections]
    .filter(([title]) => /Commands?(?: \(|$)/.test(title))
    .map(([title, lines]) => [
      title,
      lines.map((line) => line.trim().split(/\s+/)[0] ?? '').filter((name) => name !== ''),
    ]);
  return {
    usage: usage.map((line) => line.trim()),
    flags,
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(groups.length === 0 ? {} : { groups }),
  };
}

/** `Title:` and the lines under it. */
function sectionsOf(help: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let title = '';
  for (const line of help.split('\n')) {
    const heading = /^([A-Z][\w ()-]*):$/.exec(line)?.[1];
    if (heading !== undefined) {
      title = heading;
      sections.set(title, []);
    } else if (line.trim() !== '' && title !== '') sections.get(title)?.push(line);
  }
  return sections;
}

function linesOf(sections: ReadonlyMap<string, readonly string[]>, title: string): readonly string[] {
  const lines = sections.get(title) ?? [];
  const end = lines.findIndex((line) => line.startsWith('Use "'));
  return end < 0 ? lines : lines.slice(0, end);
}

/** `    -f, --filename=[]:` */
function flagOf(line: string): readonly JsonObject[] {
  const match = /^\s+(?:-(\w), )?--([\w-]+)=(.*):$/.exec(line);
  if (match === null) return [];
  const [, short, name = '', value = ''] = match;
  return [{ name, ...(short === undefined ? {} : { short }), default: value }];
}
