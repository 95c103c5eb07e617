// What nodes and pods use, as the metrics API tells it: who measures gives the figures, who serves the API reads them here.

import type { DurationMs, TimeMs } from '../time/units.ts';

export interface Usage {
  /** Billionths of cores. */
  readonly cpu: number;
  /** Bytes of the working set. */
  readonly memory: number;
}

/** A figure of CPU is an average over the window that ends at a moment. */
interface Measured {
  readonly at: TimeMs;
  readonly window: DurationMs;
}

export interface NodeUsage extends Measured {
  readonly usage: Usage;
}

export interface PodUsage extends Measured {
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}

/** Undefined: nothing is known (yet). */
export interface UsageSource {
  node(name: string): NodeUsage | undefined;
  pod(namespace: string, name: string): PodUsage | undefined;
}
