// An image's layers as one table of inodes, which all of its containers share.

import { EPOCH } from '../../time/units.ts';
import { bytesOf } from '../bytes.ts';
import { binaryOf } from '../executables.ts';
import { contentOf } from '../files/content.ts';
import { type DirectoryInode, type Inode, type LowerTable, ROOT_INODE } from '../files/inode.ts';
import { type FileSource, type Image, type ImageSource, KNOBS_FILE } from './format.ts';

interface Table {
  readonly inodes: Inode[];
}

/** Folders that every container needs, whatever its image has. */
const USUAL = ['/dev', '/etc', '/proc', '/sys', '/tmp', '/run', '/root'];

export function rootTable(image: Image): LowerTable {
  const table: Table = { inodes: [folder(ROOT_INODE, 0o755)] };
  for (const path of USUAL) folderAt(table, path);
  folderAt(table, '/tmp').mode = 0o1777;
  folderAt(table, '/root').mode = 0o700;
  for (const { source } of image.layers) addLayer(table, source);
  return table.inodes;
}

function addLayer(table: Table, source: ImageSource): void {
  for (const [path, what] of Object.entries(source.files ?? {})) addFile(table, path, what);
  const prefix = source.flavour === undefined ? '' : `${source.flavour}/`;
  for (const [place, names] of Object.entries(source.applets ?? {})) {
    for (const name of names) addBinary(table, `${place === '/' ? '' : place}/${name}`, prefix + name);
  }
  for (const [path, program] of Object.entries(source.programs ?? {})) addBinary(table, path, program);
  if (source.knobs !== undefined) addFile(table, KNOBS_FILE, `${JSON.stringify(source.knobs)}\n`);
}

function addBinary(table: Table, path: string, program: string): void {
  put(table, path, { ...common(0o755), type: 'file', content: contentOf(binaryOf(program)) });
}

function addFile(table: Table, path: string, what: FileSource): void {
  const {
    text = '',
    link,
    folder: isFolder,
    mode,
    uid = 0,
    gid = 0,
  } = typeof what === 'string' ? { text: what } : what;
  const bits = mode === undefined ? undefined : Number.parseInt(mode, 8);
  if (isFolder === true) Object.assign(folderAt(table, path), { mode: bits ?? 0o755, uid, gid });
  else if (link !== undefined) put(table, path, { ...common(0o777), type: 'symlink', target: link });
  else put(table, path, { ...common(bits ?? 0o644), uid, gid, type: 'file', content: contentOf(bytesOf(text)) });
}

function put(table: Table, path: string, inode: Inode): void {
  const slash = path.lastIndexOf('/');
  const parent = folderAt(table, path.slice(0, slash));
  table.inodes.push(inode);
  parent.entries.set(path.slice(slash + 1), table.inodes.length);
}

/** The folder of a path, made where it is missing; links on the way are followed. */
function folderAt(table: Table, path: string): DirectoryInode {
  let at = ROOT_INODE;
  for (const name of path.split('/')) if (name !== '') at = childFolder(table, at, name, path);
  return directory(table, at, path);
}

function childFolder(table: Table, at: number, name: string, path: string): number {
  const parent = directory(table, at, path);
  const known = parent.entries.get(name);
  const inode = known === undefined ? undefined : table.inodes[known - 1];
  if (inode?.type === 'symlink') return followFolder(table, at, inode.target, path);
  if (known !== undefined) return known;
  table.inodes.push(folder(at, 0o755));
  parent.entries.set(name, table.inodes.length);
  parent.links++;
  return table.inodes.length;
}

function followFolder(table: Table, at: number, target: string, path: string): number {
  let place = target.startsWith('/') ? ROOT_INODE : at;
  for (const name of target.split('/')) {
    if (name === '' || name === '.') continue;
    place = name === '..' ? directory(table, place, path).parent : childFolder(table, place, name, path);
  }
  return place;
}

function directory(table: Table, number: number, path: string): DirectoryInode {
  const inode = table.inodes[number - 1];
  if (inode?.type !== 'directory') throw new Error(`${path}: a part of the path is no folder`);
  return inode;
}

function common(mode: number): Omit<DirectoryInode, 'type' | 'parent' | 'entries'> {
  return { mode, uid: 0, gid: 0, modified: EPOCH, links: 1 };
}

function folder(parent: number, mode: number): DirectoryInode {
  return { type: 'directory', ...common(mode), links: 2, parent, entries: new Map() };
}
