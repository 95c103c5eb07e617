// Permission bits: as `ls -l` shows them, and as `chmod` takes them.

import type { FileStat, FileType } from '../../sys.ts';

const LETTERS: Readonly<Record<FileType, string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  fifo: 'p',
  socket: 's',
  device: 'c',
};

/** `drwxr-xr-x` */
export function modeString({ type, mode }: Pick<FileStat, 'type' | 'mode'>): string {
  const bits = (shift: number, special: number, letters: string): string => {
    const executable = ((mode >> shift) & 1) !== 0;
    const last = (mode & special) === 0 ? (executable ? 'x' : '-') : letters.charAt(executable ? 0 : 1);
    return `${(mode >> (shift + 2)) & 1 ? 'r' : '-'}${(mode >> (shift + 1)) & 1 ? 'w' : '-'}${last}`;
  };
  return LETTERS[type] + bits(6, 0o4000, 'sS') + bits(3, 0o2000, 'sS') + bits(0, 0o1000, 'tT');
}

/** The mode that `chmod` makes of an old one: octal, or clauses such as `u+x,go=r`. Undefined when it is none. */
export function changedMode(text: string, old: number, isFolder: boolean, umask: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let mode = old;
  for (const clause of text.split(',')) {
    const found = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (found === null) return undefined;
    for (const action of (found[2] ?? '').matchAll(/([-+=])([rwxXstugo]*)/g)) {
      mode = applyAction(mode, found[1] ?? '', action[1] ?? '', action[2] ?? '', isFolder, umask);
    }
  }
  return mode;
}

const SHIFTS = { u: 6, g: 3, o: 0 } as const;

function applyAction(mode: number, who: string, op: string, what: string, isFolder: boolean, umask: number): number {
  const everyone = who === '' || who.includes('a');
  let set = 0;
  let mask = 0;
  for (const letter of ['u', 'g', 'o'] as const) {
    if (!everyone && !who.includes(letter)) continue;
    mask |= 7 << SHIFTS[letter];
    set |= permissions(mode, what, isFolder) << SHIFTS[letter];
  }
  if (what.includes('s'))
    set |= (everyone || who.includes('u') ? 0o4000 : 0) | (everyone || who.includes('g') ? 0o2000 : 0);
  if (what.includes('t')) set |= 0o1000;
  if (who === '') set &= ~umask;
  if (op === '-') return mode & ~set;
  return op === '+' ? mode | set : (mode & ~mask) | set;
}

function permissions(mode: number, what: string, isFolder: boolean): number {
  if (/^[ugo]$/.test(what)) return (mode >> (what === 'u' ? 6 : what === 'g' ? 3 : 0)) & 7;
  let bits = 0;
  if (what.includes('r')) bits |= 4;
  if (what.includes('w')) bits |= 2;
  if (what.includes('x') || (what.includes('X') && (isFolder || (mode & 0o111) !== 0))) bits |= 1;
  return bits;
}
