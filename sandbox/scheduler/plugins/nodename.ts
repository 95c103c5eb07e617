// NodeName: a pod that names its node fits no other.

import type { Plugin } from '../plugin.ts';

const NAME = 'NodeName';

export const nodeName: Plugin = {
  name: NAME,
  filter({ pod }) {
    const wanted = pod.spec?.nodeName ?? '';
    if (wanted === '') return undefined;
    const rejection = {
      code: 'UnschedulableAndUnresolvable',
      plugin: NAME,
      reasons: ["node(s) didn't match the requested node name"],
    } as const;
    return { check: ({ name }) => (name === wanted ? undefined : rejection) };
  },
  interests: [{ resources: ['node'], actions: ['add'] }],
};
