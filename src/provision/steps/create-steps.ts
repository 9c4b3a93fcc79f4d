import { addOnsStep, dnsStep } from './add-ons.ts';
import { certificatesStep } from './certificates.ts';
import { controlPlaneStep } from './control-plane.ts';
import type { CreateContext } from './create-context.ts';
import { imageStep } from './image.ts';
import { joinStep } from './join.ts';
import { networkStep } from './network.ts';
import { nodesStep } from './nodes.ts';
import type { Step } from './step.ts';

/** How a cluster is made. Adding a step is a file and a line. */
export const createSteps: readonly Step<CreateContext>[] = [
  imageStep,
  certificatesStep,
  networkStep,
  nodesStep,
  controlPlaneStep,
  addOnsStep,
  joinStep,
  dnsStep,
];
