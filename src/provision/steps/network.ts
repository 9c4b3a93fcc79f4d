import type { CreateContext } from './create-context.ts';
import type { Step } from './step.ts';

export const networkStep: Step<CreateContext> = {
  name: 'network',
  title: 'Creating the network',
  run: ({ provider, spec, sealed, signal }) => provider.createNetwork(spec.name, { sealed }, signal),
};
