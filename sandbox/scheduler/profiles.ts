// Profiles: which plug-ins a scheduler asks, in which order, and how much each one's opinion weighs.

import type { Plugin } from './plugin.ts';
import { balancedAllocation } from './plugins/balancedallocation.ts';
import { imageLocality } from './plugins/imagelocality.ts';
import { interPodAffinity } from './plugins/interpodaffinity.ts';
import { nodeAffinity } from './plugins/nodeaffinity.ts';
import { nodeName } from './plugins/nodename.ts';
import { nodePorts } from './plugins/nodeports.ts';
import { nodeResourcesFit } from './plugins/noderesourcesfit.ts';
import { nodeUnschedulable } from './plugins/nodeunschedulable.ts';
import { nodeVolumeLimits } from './plugins/nodevolumelimits.ts';
import { podTopologySpread } from './plugins/podtopologyspread.ts';
import { taintToleration } from './plugins/tainttoleration.ts';
import { volumeBinding } from './plugins/volumebinding.ts';
import { volumeRestrictions } from './plugins/volumerestrictions.ts';
import { volumeZone } from './plugins/volumezone.ts';

export interface WeightedPlugin {
  readonly plugin: Plugin;
  /** 0 for those that don't score. */
  readonly weight: number;
}

export interface Profile {
  /** The `schedulerName` of pods that it is for. */
  readonly name: string;
  readonly plugins: readonly WeightedPlugin[];
  /** How many of the nodes to find before choosing, in percent; 0 or absent: by the size of the cluster. */
  readonly percentageOfNodesToScore?: number;
}

export const DEFAULT_PLUGINS: readonly WeightedPlugin[] = [
  { plugin: nodeUnschedulable, weight: 0 },
  { plugin: nodeName, weight: 0 },
  { plugin: taintToleration, weight: 3 },
  { plugin: nodeAffinity, weight: 2 },
  { plugin: nodePorts, weight: 0 },
  { plugin: nodeResourcesFit(), weight: 1 },
  { plugin: volumeRestrictions, weight: 0 },
  { plugin: nodeVolumeLimits, weight: 0 },
  { plugin: volumeBinding, weight: 0 },
  { plugin: volumeZone, weight: 0 },
  { plugin: podTopologySpread, weight: 2 },
  { plugin: interPodAffinity, weight: 2 },
  { plugin: balancedAllocation(), weight: 1 },
  { plugin: imageLocality, weight: 1 },
];

export const DEFAULT_PROFILE: Profile = { name: 'default-scheduler', plugins: DEFAULT_PLUGINS };
