// ImageLocality: prefers nodes that have the pod's images, the more so the bigger these are and the more nodes have them.

import type { NodeInfo } from '../nodeinfo.ts';
import { MAX_SCORE, type Plugin } from '../plugin.ts';
import type { Snapshot } from '../snapshot.ts';

const MB = 1024 * 1024;
/** Less than this is as good as nothing, more than the most a container is no better. */
const LEAST = 23 * MB;
const MOST_PER_CONTAINER = 1000 * MB;

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  scorer({ pod }, snapshot) {
    const { containers = [], initContainers = [], volumes = [] } = pod.spec ?? {};
    const wanted = [
      ...[...initContainers, ...containers].map(({ image = '' }) => image),
      ...volumes.flatMap(({ image }) => (image === undefined ? [] : [image.reference ?? ''])),
    ].map(withTag);
    const most = MOST_PER_CONTAINER * (containers.length + initContainers.length);
    return {
      score: (node) => {
        const sum = wanted.reduce((total, image) => total + worth(node, image, snapshot), 0);
        const bounded = Math.min(Math.max(sum, LEAST), most);
        return Math.floor((MAX_SCORE * (bounded - LEAST)) / (most - LEAST));
      },
    };
  },
  interests: [],
};

/** An image counts by its size, and by the share of nodes that have it: nobody shall crowd the only node with it. */
function worth({ images }: NodeInfo, name: string, { nodes, image }: Snapshot): number {
  const known = images.has(name) ? image(name) : undefined;
  return known === undefined ? 0 : Math.floor(known.size * (known.nodes / nodes.length));
}

function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
