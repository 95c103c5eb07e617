// The embedded cluster as a world to play recorded cases in.

import type { Worlds } from './world.ts';

export const simulator: Worlds = {
  name: 'simulator',
  missing: 'the embedded cluster is not connected yet: see test/golden/simulator.ts',
  create: () => Promise.reject(new Error('the embedded cluster is not connected yet')),
};
