import type { FieldError } from '../../../machinery/field-error.ts';
import { complaints, invalidValue, tooLong, tooMany } from '../../../machinery/validation/faults.ts';
import type { AllocatedDeviceStatus, AllocationResult, NetworkDeviceData } from '../../generated/resource-v1.ts';
import { conditionRules } from '../conditions.ts';
import { rawObjectRules } from './configuration.ts';
import { interfaceAddressFaults } from './interface-address.ts';
import { setRules } from './lists.ts';
import { driverNameRules, labelNameRules, poolNameRules, uidRules } from './names.ts';

const MAX_CONDITIONS = 8;
const MAX_DATA = 10 * 1024;
const MAX_INTERFACE_NAME = 256;
const MAX_HARDWARE_ADDRESS = 128;
const MAX_ADDRESSES = 16;

/** A device, or a share of it, as messages show it. */
function sharedDevice({ driver = '', pool = '', device = '', shareID = '' }: Partial<AllocatedDeviceStatus>): object {
  return { Driver: driver, Pool: pool, Device: device, ShareID: shareID };
}

/** Faults of what drivers say about the devices of a claim. */
export function deviceStatusesRules(
  devices: readonly AllocatedDeviceStatus[] | undefined,
  allocation: AllocationResult | undefined,
  path: string,
): Iterable<FieldError> {
  const allocated = new Set((allocation?.devices?.results ?? []).map((result) => JSON.stringify(sharedDevice(result))));
  return setRules(devices, Number.POSITIVE_INFINITY, path, sharedDevice, (device, at) => deviceStatusRules(device, at, allocated));
}

function* deviceStatusRules(status: AllocatedDeviceStatus, path: string, allocated: ReadonlySet<string>): Iterable<FieldError> {
  const { driver = '', pool = '', device = '', shareID, data, networkData } = status;
  // Written out as null where there are none.
  const conditions = status.conditions ?? [];
  yield* driverNameRules(driver, `${path}.driver`);
  yield* poolNameRules(pool, `${path}.pool`);
  yield* labelNameRules(device, `${path}.device`);
  if (shareID !== undefined) yield* uidRules(shareID, `${path}.shareID`);
  const shared = sharedDevice(status);
  if (!allocated.has(JSON.stringify(shared))) yield invalidValue(path, shared, 'must be an allocated device in the claim');
  if (conditions.length > MAX_CONDITIONS) yield tooMany(`${path}.conditions`, conditions.length, MAX_CONDITIONS);
  yield* conditionRules(conditions, `${path}.conditions`);
  if (data !== undefined && data !== null) yield* rawObjectRules(data, `${path}.data`, MAX_DATA);
  if (networkData) yield* networkRules(networkData, `${path}.networkData`);
}

function* networkRules({ interfaceName = '', hardwareAddress = '', ips }: NetworkDeviceData, path: string): Iterable<FieldError> {
  if (interfaceName.length > MAX_INTERFACE_NAME) yield tooLong(`${path}.interfaceName`, MAX_INTERFACE_NAME);
  if (hardwareAddress.length > MAX_HARDWARE_ADDRESS) yield tooLong(`${path}.hardwareAddress`, MAX_HARDWARE_ADDRESS);
  yield* setRules(
    ips?.map((address) => address ?? ''),
    MAX_ADDRESSES,
    `${path}.ips`,
    (address) => address,
    (address, at) => complaints(at, address, interfaceAddressFaults(address)),
  );
}
