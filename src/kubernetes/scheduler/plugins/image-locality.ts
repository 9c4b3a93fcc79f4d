import type { ClusterView } from '../cluster/cluster.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { ScorePlugin } from '../framework/plugin.ts';
import { MAX_SCORE, skip } from '../framework/plugin.ts';

const MB = 1024 * 1024;
/** Images below count for nothing; a container's worth of images above counts no more. */
const MIN = 23 * MB;
const MAX_PER_CONTAINER = 1000 * MB;

interface State {
  /** What each image of the pod counts on a node that has it: its size by how widely it is spread. */
  worth: { image: string; nodesWithIt: number }[];
  nodes: number;
  max: number;
}

/** Prefers nodes that have the pod's images, the more the larger they are, unless only few nodes have them. */
export const imageLocality = {
  name: 'ImageLocality',

  preScore(pod: PodInfo, _, cluster: ClusterView): State | typeof skip {
    const images = imagesOf(pod);
    const worth = images.map((image) => ({ image, nodesWithIt: countNodesWith(image, cluster) }));
    // Mostly no image is anywhere, or small: then there is nothing to compare.
    if (worth.every(({ nodesWithIt }) => nodesWithIt === 0)) return skip;
    return { worth, nodes: cluster.nodeCount, max: MAX_PER_CONTAINER * images.length };
  },

  score(_, node, { worth, nodes, max }: State) {
    let sum = 0;
    for (const { image, nodesWithIt } of worth) sum += Math.floor((node.images.get(image) ?? 0) * (nodesWithIt / nodes));
    return Math.floor((MAX_SCORE * (Math.min(Math.max(sum, MIN), max) - MIN)) / (max - MIN));
  },
} satisfies ScorePlugin<State>;

function imagesOf({ pod }: PodInfo): string[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ image = '' }) => withTag(image));
}

function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

function countNodesWith(image: string, cluster: ClusterView): number {
  let count = 0;
  for (const node of cluster.nodes()) if (node.images.has(image)) count += 1;
  return count;
}
