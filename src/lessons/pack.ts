// A pack as it comes in: texts by their paths, from whatever folder or archive. Reading YAML with the places of things, so
// that problems can say file and line.

import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import type { Path } from '../checks/shape.ts';

/** Texts by their paths from the pack's root, with `/` between folders. */
export type PackFiles = ReadonlyMap<string, string>;

/** What is wrong with a pack, where, and what to do about it. */
export interface PackProblem {
  readonly file: string;
  /** From 1; absent when it is about the file as a whole. */
  readonly line?: number;
  readonly message: string;
}

export function problemText({ file, line, message }: PackProblem): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
}

/** A YAML document, and where in the text each part of it stands. */
export interface Document {
  readonly value: unknown;
  readonly lineOf: (path: Path) => number | undefined;
  readonly problems: readonly PackProblem[];
}

export function readYaml(file: string, text: string): Document {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const problems = document.errors.map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    message: error.message.split('\n')[0] ?? '',
  }));
  const lineOf = (path: Path): number | undefined => {
    const at = placeOf(document.contents, path);
    return at === undefined ? undefined : lines.linePos(at).line;
  };
  if (problems.length > 0) return { value: undefined, lineOf, problems };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), lineOf, problems };
  } catch (error) {
    return {
      value: undefined,
      lineOf,
      problems: [{ file, message: messageOf(error) }],
    };
  }
}

/** Where the innermost part of a path that is there begins. */
function placeOf(root: Node | null, path: Path): number | undefined {
  let node: unknown = root;
  let place = root?.range?.[0];
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (pair === undefined) return place;
      place = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? place;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(key)];
      if (item === undefined) return place;
      place = (item as Node).range?.[0] ?? place;
      node = item;
    } else return place;
  }
  return place;
}
