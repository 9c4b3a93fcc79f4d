import type { VolumePlugin } from './plugin.ts';

/** The content of an image, mounted by the runtime; pulled like a container's image before that. */
export const imageVolume: VolumePlugin = {
  name: 'image',
  supports: (volume) => volume.image !== undefined,
  setUp: async ({ volume }) => ({ image: volume.image?.reference ?? '', readOnly: true }),
};
