// Why a pod fits nowhere: what each node was turned down for, and how that is told.

import type { Rejection } from './plugin.ts';

export interface Diagnosis {
  /** How many nodes there are. */
  readonly total: number;
  /** By name of the node. Nodes that weren't looked at are turned down by `others`. */
  readonly rejections: Map<string, Rejection>;
  others: Rejection | undefined;
  /** The plug-ins that turned nodes down; what concerns one of them may help. */
  readonly plugins: Set<string>;
  /** Why no node was looked at. */
  before: string;
  /** What became of attempts to make room. */
  after: string;
}

export function newDiagnosis(total: number): Diagnosis {
  return { total, rejections: new Map(), others: undefined, plugins: new Set(), before: '', after: '' };
}

export const NO_NODES = 'no nodes available to schedule pods';

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). ...` */
export function explanation({ total, rejections, others, before, after }: Diagnosis): string {
  const parts = [`0/${total} nodes are available:`];
  if (before !== '') parts.push(`${before}.`);
  else {
    const counts = new Map<string, number>();
    const count = (reasons: readonly string[], times: number): void => {
      for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + times);
    };
    for (const { reasons } of rejections.values()) count(reasons, 1);
    if (rejections.size < total) count(others?.reasons ?? [], total - rejections.size);
    const told = [...counts].map(([reason, times]) => `${times} ${reason}`).sort();
    if (told.length > 0) parts.push(`${told.join(', ')}.`);
  }
  if (after !== '') parts.push(after);
  return parts.join(' ');
}
