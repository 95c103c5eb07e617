// File systems without inodes of their own: what they show is made when somebody looks. Their inode numbers are places
// in a table.

import type { Kernel } from '../context.ts';
import type { Process } from '../state.ts';
import type { FileSystem, Place } from './mount.ts';
import type { OpenFile } from './open.ts';

/** What a file shows to whoever reads it. Nobody in particular (undefined) looks when the kernel itself does. */
export type Text = (kernel: Kernel, viewer: Process | undefined, fs: FileSystem) => string;

export type VirtualNode =
  | { readonly kind: 'directory'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'text'; readonly uid: number; readonly gid: number; readonly mode: number; text(): string }
  | {
      readonly kind: 'link';
      readonly uid: number;
      readonly gid: number;
      readonly target: string;
      /** Where it leads, when that isn't what its text says: another view's folder, or something open. */
      readonly jump?: Place | OpenFile;
    };

export interface VirtualTree {
  node(kernel: Kernel, viewer: Process | undefined, fs: FileSystem, inode: number): VirtualNode | undefined;
  child(kernel: Kernel, viewer: Process | undefined, fs: FileSystem, inode: number, name: string): number | undefined;
  names(kernel: Kernel, viewer: Process | undefined, fs: FileSystem, inode: number): readonly string[];
  parent(inode: number): number;
}

interface StaticNode {
  readonly children: Map<string, number>;
  readonly parent: number;
  readonly text: Text | undefined;
  readonly target: string | undefined;
}

/** Files by path, from a table; `-> x` stands for a link to x. */
export function staticTree(files: Readonly<Record<string, Text | string>>): readonly StaticNode[] {
  const nodes: StaticNode[] = [{ children: new Map(), parent: 1, text: undefined, target: undefined }];
  for (const [path, what] of Object.entries(files)) {
    let at = 1;
    const parts = path.split('/');
    parts.forEach((name, i) => {
      const known = nodes[at - 1]?.children.get(name);
      if (known === undefined) {
        const last = i === parts.length - 1;
        nodes.push({
          children: new Map(),
          parent: at,
          text: last && typeof what === 'function' ? what : undefined,
          target: last && typeof what === 'string' ? what.slice('-> '.length) : undefined,
        });
        nodes[at - 1]?.children.set(name, nodes.length);
      }
      at = known ?? nodes.length;
    });
  }
  return nodes;
}

/** A tree that is nothing but its table. */
export function virtualTree(nodes: readonly StaticNode[]): VirtualTree {
  return {
    node(kernel, viewer, fs, inode) {
      const node = nodes[inode - 1];
      if (node === undefined) return undefined;
      const { text, target } = node;
      if (text !== undefined) {
        return { kind: 'text', uid: 0, gid: 0, mode: 0o444, text: () => text(kernel, viewer, fs) };
      }
      if (target !== undefined) return { kind: 'link', uid: 0, gid: 0, target };
      return { kind: 'directory', uid: 0, gid: 0 };
    },
    child: (_kernel, _viewer, _fs, inode, name) => nodes[inode - 1]?.children.get(name),
    names: (_kernel, _viewer, _fs, inode) => [...(nodes[inode - 1]?.children.keys() ?? [])],
    parent: (inode) => nodes[inode - 1]?.parent ?? 1,
  };
}
