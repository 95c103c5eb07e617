// From a path to an inode: folders, links, mounts and `..`, with the right to search checked on the way.

import type { Kernel } from '../context.ts';
import { type ErrnoCode, SysError } from '../sys.ts';
import { type Mount, type Place, samePlace } from './mount.ts';
import type { OpenFile } from './open.ts';
import { EXECUTE, mayAccess } from './permissions.ts';
import { childOf, linkTarget, look, namesIn, parentInode, viewerOf, type Walker } from './tree.ts';

const LINKS_MAX = 40;
const NAME_MAX = 255;
const PATH_MAX = 4096;

/** Where a path leads: to something that exists, or to a name in a folder where nothing is yet. */
export interface Found {
  readonly place: Place | undefined;
  /** The folder and the name in it; undefined for `/`, `.`, `..` and what a link of /proc jumps to. */
  readonly folder: Place | undefined;
  readonly name: string;
  /** What a link such as /proc/self/fd/1 stands for, when that is no place. */
  readonly open: OpenFile | undefined;
}

export interface Walk {
  /** Follows a link at the end. */
  readonly follow: boolean;
}

const FOLLOW: Walk = { follow: true };

/** ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG. The last name may be missing; a folder on the way may not. */
export function findPath(kernel: Kernel, walker: Walker, path: string, walk: Walk = FOLLOW): Found {
  const found = searchPath(kernel, walker, path, walk);
  if (typeof found === 'string') throw new SysError(found);
  return found;
}

/** As `findPath`, with the error as a value: for searches that are expected to fail, as along the PATH. */
export function searchPath(kernel: Kernel, walker: Walker, path: string, walk: Walk = FOLLOW): Found | ErrnoCode {
  if (path === '') return 'ENOENT';
  if (path.length >= PATH_MAX) return 'ENAMETOOLONG';
  let at = path.startsWith('/') ? walker.root : walker.cwd;
  let rest = path;
  let found: Found = { place: at, folder: undefined, name: '', open: undefined };
  for (let links = 0; ; ) {
    const [name, after] = nextName(rest);
    if (name === '') return found;
    rest = after;
    const last = nextName(rest)[0] === '';
    const mustBeFolder = rest !== '';
    const step = enter(kernel, walker, at, name, last);
    if (typeof step === 'string' || step.place === undefined) return step;
    const target = targetOf(kernel, walker, step.place, !last || walk.follow || mustBeFolder);
    if (target === undefined) {
      const wrong = mustBeFolder ? whyNoFolder(kernel, walker, step.place) : undefined;
      if (wrong !== undefined) return wrong;
      found = step;
      at = step.place;
    } else {
      if (++links > LINKS_MAX) return 'ELOOP';
      if (target === '') return 'ENOENT';
      if (typeof target === 'string') {
        if (target.startsWith('/')) at = walker.root;
        rest = rest === '' ? target : `${target}/${rest}`;
        found = { place: at, folder: undefined, name: '', open: undefined };
      } else {
        found = jump(target);
        if (found.place !== undefined) at = found.place;
        else if (!last) return 'ENOTDIR';
      }
    }
  }
}

/** Like `findPath`, but it must be there. */
export function findExisting(kernel: Kernel, walker: Walker, path: string, walk: Walk = FOLLOW): Place {
  const { place, open } = findPath(kernel, walker, path, walk);
  const known = place ?? (open !== undefined && 'place' in open ? open.place : undefined);
  if (known === undefined) throw new SysError('ENOENT');
  return known;
}

/** The path of a place as seen from a root; `(unreachable)` parts never come up. */
export function pathOf(kernel: Kernel, walker: Walker, place: Place): string {
  const names: string[] = [];
  let at = place;
  while (!samePlace(at, walker.root)) {
    const parent = parentOf(kernel, at, walker.root);
    if (samePlace(parent, at)) break;
    names.push(nameIn(kernel, walker, parent, at) ?? '');
    at = parent;
  }
  return `/${names.reverse().join('/')}`;
}

function nextName(path: string): readonly [name: string, rest: string] {
  let start = 0;
  while (path.charCodeAt(start) === SLASH) start++;
  if (start === path.length) return ['', ''];
  const end = path.indexOf('/', start);
  return end < 0 ? [path.slice(start), ''] : [path.slice(start, end), path.slice(end)];
}

const SLASH = 0x2f;

function enter(kernel: Kernel, walker: Walker, at: Place, name: string, last: boolean): Found | ErrnoCode {
  if (name.length > NAME_MAX) return 'ENAMETOOLONG';
  const wrong = whyNoFolder(kernel, walker, at);
  if (wrong !== undefined) return wrong;
  if (name === '.') return { place: at, folder: undefined, name, open: undefined };
  if (name === '..') {
    return { place: parentOf(kernel, at, walker.root), folder: undefined, name, open: undefined };
  }
  const child = childOf(kernel, viewerOf(walker), at, name);
  if (child !== undefined) return { place: topmost(at.mount, child), folder: at, name, open: undefined };
  return last ? { place: undefined, folder: at, name, open: undefined } : 'ENOENT';
}

/** Why a place can't be gone through: it is no folder, or may not be searched. */
function whyNoFolder(kernel: Kernel, walker: Walker, place: Place): ErrnoCode | undefined {
  const inode = look(kernel, viewerOf(walker), place);
  if (inode.type !== 'directory') return 'ENOTDIR';
  return mayAccess(walker.credentials, inode, EXECUTE) ? undefined : 'EACCES';
}

function targetOf(
  kernel: Kernel,
  walker: Walker,
  place: Place,
  follow: boolean,
): string | Place | OpenFile | undefined {
  if (!follow || look(kernel, viewerOf(walker), place).type !== 'symlink') return undefined;
  return linkTarget(kernel, viewerOf(walker), place);
}

function jump(target: Place | OpenFile): Found {
  const none = { folder: undefined, name: '' };
  return 'mount' in target ? { place: target, open: undefined, ...none } : { place: undefined, open: target, ...none };
}

/** What is seen of an inode of a mount: the last of what is mounted on it. */
function topmost(mount: Mount, inode: number): Place {
  let place: Place = { mount, inode };
  for (;;) {
    const over = place.mount.over.get(place.inode);
    if (over === undefined) return place;
    place = { mount: over, inode: over.root };
  }
}

function parentOf(kernel: Kernel, place: Place, root: Place): Place {
  let at = place;
  for (;;) {
    if (samePlace(at, root)) return at;
    if (at.inode !== at.mount.root) return topmost(at.mount, parentInode(kernel, at));
    if (at.mount.at === undefined) return at;
    at = at.mount.at;
  }
}

/** Under which name of a folder a place is seen. */
function nameIn(kernel: Kernel, walker: Walker, folder: Place, place: Place): string | undefined {
  return namesIn(kernel, viewerOf(walker), folder).find((name) => {
    const child = childOf(kernel, viewerOf(walker), folder, name);
    return child !== undefined && samePlace(topmost(folder.mount, child), place);
  });
}
