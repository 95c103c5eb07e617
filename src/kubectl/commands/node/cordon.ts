// kubectl cordon and uncordon: no new pods on a node, and new pods again.

import { type Command, command } from '../../command.ts';
import { cordonAll, type NodeOptions, nodeOptions } from './nodes.ts';

export const cordonCommands: readonly Command[] = [
  command<NodeOptions>({
    path: 'cordon',
    long: 'Keep new pods away from a node. Those that are there stay.',
    examples: `
# One node
kubectl cordon worker-1`,
    complete: nodeOptions,
    run: (options, call) => cordonAll(call, options, true),
  }),
  command<NodeOptions>({
    path: 'uncordon',
    long: 'Let new pods come to a node again.',
    examples: `
# One node
kubectl uncordon worker-1`,
    complete: nodeOptions,
    run: (options, call) => cordonAll(call, options, false),
  }),
];
