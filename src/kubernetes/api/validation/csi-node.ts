import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, immutable, invalidValue, required } from '../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';
import type { CSINode, CSINodeDriver } from '../generated/storage-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { driverNameRules } from './csi-driver-name.ts';
import { sameValue } from './equal.ts';

const MAX_NODE_ID = 256;

/** Faults of the drivers of volumes on a node. */
export function* csiNodeRules(next: CSINode, previous?: CSINode): Iterable<FieldError> {
  const drivers = next.spec?.drivers ?? [];
  const names = new Set<string>();
  for (const [index, driver] of drivers.entries()) {
    yield* driverRules(driver, `spec.drivers[${index}]`);
    if (names.has(driver.name)) yield duplicate(`spec.drivers[${index}].name`, driver.name);
    names.add(driver.name);
  }
  for (const before of previous?.spec?.drivers ?? []) yield* keptRules(drivers, before);
}

function* driverRules({ name = '', nodeID = '', topologyKeys, allocatable }: CSINodeDriver, path: string): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`);
  else yield* driverNameRules(name, `${path}.name`);
  if (nodeID === '') yield required(`${path}.nodeID`);
  else if (nodeID.length > MAX_NODE_ID) yield invalidValue(`${path}.nodeID`, nodeID, `must be ${MAX_NODE_ID} characters or less`);
  const count = allocatable?.count;
  if (count !== undefined && count < 0) yield invalidValue(`${path}.allocatable.count`, count, 'must be greater than or equal to 0');
  const seen = new Set<string>();
  for (const key of topologyKeys ?? []) {
    if (key === '') yield required(path);
    if (seen.has(key)) yield duplicate(path, key);
    seen.add(key);
    yield* complaints(path, key, isQualifiedName(key));
  }
}

/** What a driver said about itself stays, but for how many volumes it can take. */
function* keptRules(drivers: readonly CSINodeDriver[], before: CSINodeDriver): Iterable<FieldError> {
  const withoutCount = ({ allocatable: _, ...driver }: CSINodeDriver) => driver;
  for (const driver of drivers.filter(({ name }) => name === before.name)) {
    if (!sameValue(withoutCount(driver), withoutCount(before)))
      yield immutable('spec.drivers', internalForm(withoutCount(driver), 'io.k8s.api.storage.v1.CSINodeDriver'));
  }
}
