// From a node of the tree to the frame that runs it.

import type { Frame } from '../state.ts';
import type { Node } from '../syntax.ts';
import { push, type Vm } from '../vm.ts';

/** Begins to run a command: its frame goes on top. */
export function begin(vm: Vm, node: Node): undefined {
  vm.state.steps++;
  push(vm, frameOf(node));
  return undefined;
}

/** Runs a command in place of the frame on top, which has nothing left to do. */
export function replaceBy(vm: Vm, node: Node): undefined {
  vm.state.frames.pop();
  return begin(vm, node);
}

export function frameOf(node: Node): Frame {
  switch (node.t) {
    case 'simple':
      return {
        f: 'simple',
        node,
        stage: 'words',
        fields: [],
        next: 0,
        journal: [],
        saved: [],
        values: [],
        restore: undefined,
        substituted: false,
      };
    case 'list':
      return { f: 'list', items: node.items, next: 0 };
    case 'and':
    case 'or':
      return { f: 'choose', node, tested: false };
    case 'not':
      return { f: 'not', node, tested: false };
    case 'if':
      return { f: 'if', node, next: 0, tested: false };
    case 'while':
      return { f: 'while', node, stage: 'begin', tested: false, status: 0 };
    case 'for':
      return { f: 'for', node, values: [], next: 0, journal: [], ready: false, status: 0 };
    case 'select':
      return { f: 'select', node, values: [], next: 0, journal: [], stage: 'words', status: 0 };
    case 'cfor':
      return { f: 'cfor', node, stage: 'init', journal: [], status: 0 };
    case 'case':
      return { f: 'case', node, subject: undefined, next: 0, journal: [], stage: 'subject' };
    case 'group':
      return { f: 'list', items: [node.body], next: 0 };
    case 'redirected':
      return { f: 'redirected', node, saved: [], next: 0, journal: [], began: false };
    case 'condition':
      return { f: 'test', node, journal: [] };
    case 'arithmetic':
      return { f: 'calculate', node, journal: [] };
    case 'time':
      return { f: 'time', node, began: undefined, cpu: [0, 0] };
    case 'script':
      return {
        f: 'load',
        path: node.path,
        name: node.path,
        positional: node.args,
        kind: 'main',
        fd: -1,
        chunks: [],
        stage: 'open',
      };
    case 'function':
    case 'subshell':
    case 'pipeline':
    case 'background':
      return { f: 'launch', node };
  }
}
