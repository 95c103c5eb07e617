// A fresh cluster at the moment at which its nodes are ready. The usual one is opened from an image: the one that the
// build laid beside the bundle, or one that this process has made. Any other is started.

import {
  type Cluster,
  type ClusterOptions,
  clusterOf,
  type Extras,
  newCluster,
  usualSpec,
} from '../../../sandbox/cluster.ts';
import { lazy } from '../../../sandbox/kube/lazy.ts';
import { defaultTokenKey } from '../../../sandbox/simulator.ts';
import { type DurationMs, durationMs, EPOCH, type TimeMs, timeMs } from '../../../sandbox/time/units.ts';
import { readBuilt } from '../../host/built.ts';
import { imageOf, openImage, type ReadyImage, unpackImage } from './image.ts';

/** A fresh cluster's time until its nodes are ready, and controllers have done what the beginning asks of them. */
export const UNTIL_READY: DurationMs = durationMs(2000);

/** Now, as start times are: whole seconds, which is all that the times of an image can be moved by. */
export function startingNow(): TimeMs {
  return timeMs(Math.floor(Date.now() / 1000) * 1000);
}

/** The file that the build makes. */
export const IMAGE_FILE = 'ready.bin';

const USUAL_SEED = 1;

/** A cluster that began at its start time, and is ready. */
export function readyCluster(options: ClusterOptions, extras: Extras): Cluster {
  const { startTime = EPOCH } = options;
  if (isUsual(options, extras)) return clusterOf(openImage(usualImage(), startTime), extras);
  return started(options, extras);
}

/** The image of the usual cluster, made here and now. */
export function makeUsualImage(): ReadyImage {
  const cluster = started({ seed: USUAL_SEED, startTime: EPOCH }, {});
  return imageOf(cluster.snapshot(), defaultTokenKey(USUAL_SEED));
}

const usualImage = lazy((): ReadyImage => readBuilt(IMAGE_FILE, unpackImage) ?? makeUsualImage());
const usualText = lazy((): string => JSON.stringify(usualSpec()));

/** Whether the image is of such a cluster. */
function isUsual({ seed = USUAL_SEED, startTime = EPOCH, spec }: ClusterOptions, { tokenKey }: Extras): boolean {
  if (seed !== USUAL_SEED || tokenKey !== undefined || (startTime - EPOCH) % 1000 !== 0) return false;
  return spec === undefined || JSON.stringify(spec) === usualText();
}

function started(options: ClusterOptions, extras: Extras): Cluster {
  const cluster = newCluster(options, extras);
  cluster.advance(UNTIL_READY);
  return cluster;
}
