/** What the selectors of devices see: `device`, of known size, so that what they cost is known beforehand. */

import type { CostNode } from '../../../machinery/cel/cost/estimate.ts';
import { between, type Range } from '../../../machinery/cel/cost/range.ts';
import { kubernetesEnvironment } from '../../../machinery/cel/kubernetes.ts';
import { bindingLibrary } from '../../../machinery/cel/library/bindings.ts';
import { quantityType } from '../../../machinery/cel/library/kubernetes/quantity.ts';
import { recordType } from '../../../machinery/cel/schema/lazy.ts';
import { anyType, boolType, type CelType, mapOf, stringType, structType } from '../../../machinery/cel/types/type.ts';

const DEVICE = 'kubernetes.DRADevice';
const MAX_NAME = 63;
const MAX_ID = 32;
const MAX_ENTRIES = 32;
const MAX_ATTRIBUTE = 64;

const FIELDS: ReadonlyMap<string, CelType> = new Map([
  ['driver', stringType],
  ['allowMultipleAllocations', boolType],
  ['attributes', mapOf(stringType, mapOf(stringType, anyType))],
  ['capacity', mapOf(stringType, mapOf(stringType, quantityType))],
]);

export const deviceEnvironment = kubernetesEnvironment.extend({
  libraries: [bindingLibrary],
  types: recordType(DEVICE, FIELDS),
  variables: [{ name: 'device', type: structType(DEVICE) }],
});

/** How large a part of a device can be. */
interface Extent {
  readonly max: number;
  readonly key?: Extent;
  readonly element?: Extent;
  readonly fields?: Readonly<Record<string, Extent>>;
  /** Entries may also be asked for as fields. */
  readonly anyField?: boolean;
}

const domains = (entries: Extent): Extent => ({ max: MAX_ENTRIES, key: { max: MAX_NAME }, element: entries });
const ids = (element: Extent, anyField = false): Extent => ({ max: MAX_ENTRIES, key: { max: MAX_ID }, element, anyField });

const device: Extent = {
  max: 0,
  fields: {
    driver: { max: MAX_NAME },
    allowMultipleAllocations: { max: 1 },
    attributes: domains(ids({ max: MAX_ATTRIBUTE }, true)),
    capacity: domains(ids({ max: 0 })),
  },
};

/** The size of what an expression reaches from `device`. */
export function sizeOfDevicePart({ path = [] }: CostNode): Range | undefined {
  if (path[0] !== 'device') return undefined;
  const part = path.slice(1).reduce<Extent | undefined>(follow, device);
  return part && between(0, part.max);
}

function follow(extent: Extent | undefined, step: string): Extent | undefined {
  if (step === '@items' || step === '@values') return extent?.element;
  if (step === '@keys') return extent?.key;
  return extent?.fields?.[step] ?? (extent?.anyField ? extent.element : undefined);
}
