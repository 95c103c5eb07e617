// What `find` may ask of a file: names, types, figures, permissions.

import { compileRegex } from '../../regex/regex.ts';
import { matches, parsePattern } from '../../shell/expand/pattern.ts';
import type { FileStat } from '../../sys.ts';
import { changedMode } from '../kit/modes.ts';
import type { Found, Test, Walk } from './findwalk.ts';

/** A test that neither waits nor acts. */
export function plain(test: (found: Found) => boolean): Test {
  return function* (found) {
    return test(found);
  };
}

const TYPES: Readonly<Record<string, FileStat['type']>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  p: 'fifo',
  s: 'socket',
  c: 'device',
};

export function nameTest(walk: Walk, word: string, operand: () => string): Test | undefined {
  const byPattern = (text: (found: Found) => string, fold: boolean): Test => {
    const given = operand();
    const tokens = parsePattern(fold ? given.toLowerCase() : given);
    return plain((found) => matches(tokens, fold ? text(found).toLowerCase() : text(found)));
  };
  const name = ({ path }: Found): string => path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
  switch (word) {
    case '-name':
      return byPattern(name, false);
    case '-iname':
      return byPattern(name, true);
    case '-path':
    case '-wholename':
      return byPattern(({ path }) => path, false);
    case '-ipath':
      return byPattern(({ path }) => path, true);
    case '-regex': {
      const regex = compileRegex(`^\\(${operand()}\\)$`, { dialect: 'basic' });
      return plain(({ path }) => regex.test(path));
    }
    case '-type':
    case '-xtype': {
      const wanted = operand()
        .split(',')
        .map((letter) => (Object.hasOwn(TYPES, letter) ? TYPES[letter] : undefined));
      return plain(({ stat }) => wanted.includes(stat.type));
    }
    case '-lname': {
      const tokens = parsePattern(operand());
      return plain(({ path, stat }) => stat.type === 'symlink' && matches(tokens, walk.context.sys.readlink(path)));
    }
    default:
      return undefined;
  }
}

/** `+5` more, `-5` less, `5` exactly. */
function comparing(text: string, value: (found: Found) => number): Test {
  const number = Number(/\d+/.exec(text)?.[0] ?? 0);
  if (text.startsWith('+')) return plain((found) => value(found) > number);
  return text.startsWith('-') ? plain((found) => value(found) < number) : plain((found) => value(found) === number);
}

const SIZES: Readonly<Record<string, number>> = { c: 1, w: 2, b: 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

export function figureTest(walk: Walk, word: string, operand: () => string): Test | undefined {
  const { sys } = walk.context;
  const age =
    (unit: number) =>
    (found: Found): number =>
      Math.floor((sys.now() - found.stat.modified) / unit);
  switch (word) {
    case '-size': {
      const text = operand();
      const unit = SIZES[text.at(-1) ?? ''] ?? 512;
      return comparing(text, ({ stat }) => Math.ceil(stat.size / unit));
    }
    case '-mtime':
    case '-ctime':
    case '-atime':
      return comparing(operand(), age(86_400_000));
    case '-mmin':
    case '-cmin':
    case '-amin':
      return comparing(operand(), age(60_000));
    case '-links':
      return comparing(operand(), ({ stat }) => stat.links);
    case '-inum':
      return comparing(operand(), ({ stat }) => stat.inode);
    case '-empty':
      return plain(({ path, stat }) =>
        stat.type === 'directory' ? sys.readdir(path).length === 0 : stat.type === 'file' && stat.size === 0,
      );
    case '-newer': {
      const than = sys.stat(operand()).modified;
      return plain(({ stat }) => stat.modified > than);
    }
    case '-perm':
      return permissionTest(operand());
    case '-user': {
      const name = operand();
      const uid = walk.accounts.users.find((user) => user.name === name)?.uid ?? Number(name);
      return plain(({ stat }) => stat.uid === uid);
    }
    case '-group': {
      const name = operand();
      const gid = walk.accounts.groups.find((group) => group.name === name)?.gid ?? Number(name);
      return plain(({ stat }) => stat.gid === gid);
    }
    case '-readable':
    case '-writable':
    case '-executable':
      return plain(({ path }) => sys.access(path, word === '-readable' ? 4 : word === '-writable' ? 2 : 1));
    case '-false':
      return plain(() => false);
    default:
      return undefined;
  }
}

function permissionTest(text: string): Test {
  const kind = /^[-/]/.exec(text)?.[0] ?? '';
  const mode = changedMode(text.slice(kind.length), 0, false, 0) ?? 0;
  return plain(({ stat }) =>
    kind === '-' ? (stat.mode & mode) === mode : kind === '/' ? (stat.mode & mode) !== 0 : stat.mode === mode,
  );
}
