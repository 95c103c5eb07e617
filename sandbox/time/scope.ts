// Several clusters that stand side by side share one loop and its channels, so that time passes for all of them in one
// order. Each sees both through a scope of its own, in which its actors have the names that they have everywhere.

import type { Channels } from './channel.ts';
import type { Loop, Wake } from './loop.ts';

/** No actor of a cluster that stands alone is called so. */
function scoped(scope: string, actor: string): string {
  return `@${scope}/${actor}`;
}

export function scopedLoop(loop: Loop, scope: string): Loop {
  return {
    ...loop,
    actor: (name, run) => loop.actor(scoped(scope, name), run),
    wake: (wake, delay) => loop.wake(wakeIn(scope, wake), delay),
  };
}

export function scopedChannels(channels: Channels, scope: string): Channels {
  return {
    ...channels,
    whenReadable: (id, wake) => channels.whenReadable(id, wakeIn(scope, wake)),
    whenDrained: (id, wake) => channels.whenDrained(id, wakeIn(scope, wake)),
  };
}

function wakeIn(scope: string, { actor, what }: Wake): Wake {
  return { actor: scoped(scope, actor), what };
}
