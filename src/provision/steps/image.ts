import type { CreateContext } from './create-context.ts';
import type { Step } from './step.ts';

export const imageStep: Step<CreateContext> = {
  name: 'image',
  title: 'Preparing the node image',
  run: ({ provider, image, signal }, onProgress) => provider.ensureImage(image, { signal, onProgress }),
};
