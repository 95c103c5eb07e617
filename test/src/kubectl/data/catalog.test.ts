import { describe, expect, test } from 'vitest';
import { allFlags, commandRows, fullPath, globalFlags, ownFlags } from '../../../../src/kubectl/data/catalog.ts';
import { commandGroups, otherCommandNames } from '../../../../src/kubectl/data/groups.ts';
import facts from '../../../golden/facts/kubectl-commands.json' with { type: 'json' };

interface RecordedFlag {
  readonly name: string;
  readonly short?: string;
  readonly default: string;
}

const recorded = new Map(Object.entries(facts.commands));

function asRecorded(flags: ReturnType<typeof ownFlags>): readonly RecordedFlag[] {
  return flags
    .filter((flag) => flag.deprecated === undefined)
    .map(({ name, shorthand, type, fallback }) => {
      const value = fallback.replace('$home', '/home');
      const text = type === 'string' ? `'${value}'` : value;
      return { name, ...(shorthand === '' ? {} : { short: shorthand }), default: text };
    });
}

describe('the catalog of commands', () => {
  test('has every recorded command, with its usage', () => {
    const ours = new Map(commandRows.map((row) => [fullPath(row.path), `kubectl ${row.usage}`]));
    for (const [path, { usage }] of recorded) expect([path, ours.get(path)]).toEqual([path, usage[0]]);
  });

  test('has every recorded flag, with shorthand and default', () => {
    let count = 0;
    for (const row of commandRows) {
      const fact = recorded.get(fullPath(row.path));
      if (fact === undefined || row.path === '') continue;
      expect([row.path, asRecorded(ownFlags(row))]).toEqual([row.path, fact.flags]);
      count += fact.flags.length;
    }
    expect(count).toBe(919 - (recorded.get('kubectl')?.flags.length ?? 0));
    expect(asRecorded(globalFlags())).toEqual(facts.globalFlags);
  });

  test('groups the commands as they are grouped in help', () => {
    const groups = commandGroups.map(([title, names]) => [title.slice(0, -1), names]);
    const others = [...otherCommandNames].filter((name) => name !== 'alpha' && name !== 'options').sort();
    const fact = facts.commands.kubectl;
    expect([...groups, ['Other Commands', others]]).toEqual('groups' in fact ? fact.groups : []);
  });

  test('says something about every flag', () => {
    const silent = commandRows.flatMap((row) => allFlags(row).filter((flag) => flag.help === ''));
    expect(silent).toEqual([]);
  });
});
