import type { VolumePlugin } from './plugin.ts';

/** The content of an image, mounted by the runtime; pulled, like its own image, for each container that mounts it. */
export const imageVolume: VolumePlugin = {
  name: 'image',
  supports: (volume) => volume.image !== undefined,
  setUp: async ({ volume }) => ({ image: volume.image?.reference ?? '', readOnly: true }),
};
