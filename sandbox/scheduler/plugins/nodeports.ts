// NodePorts: two pods of one node can't have the same port of it.

import { podOf } from '../clusterevents.ts';
import { isTaken } from '../nodeinfo.ts';
import type { Plugin, Rejection } from '../plugin.ts';
import { podInfo } from '../podinfo.ts';

const NAME = 'NodePorts';

const REJECTION: Rejection = {
  code: 'Unschedulable',
  plugin: NAME,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
};

export const nodePorts: Plugin = {
  name: NAME,
  filter({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return { check: (node) => (hostPorts.some((port) => isTaken(node, port)) ? REJECTION : undefined) };
  },
  interests: [
    {
      resources: ['assigned pod', 'unscheduled pod'],
      actions: ['delete'],
      helps: ({ hostPorts }, event) => {
        const gone = podOf(event);
        if ((gone.spec?.nodeName ?? '') === '') return false;
        const freed = podInfo(gone);
        return hostPorts.some((port) => isTaken({ pods: new Map([['', freed]]) }, port));
      },
    },
    { resources: ['node'], actions: ['add'] },
  ],
};
