import { ensureBusyboxImage } from './busybox-image.ts';
import { prepareConformanceCluster } from './conformance-cluster.ts';
import { removeStaleClusters } from './test-cluster.ts';

/** Before the first file: what an interrupted run left is removed, and there is an image to run. */
export default async function setup(): Promise<() => Promise<void>> {
  await removeStaleClusters();
  await ensureBusyboxImage();
  return await prepareConformanceCluster();
}
