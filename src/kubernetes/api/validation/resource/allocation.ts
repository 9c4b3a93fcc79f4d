import type { FieldError } from '../../../machinery/field-error.ts';
import { notSupported, required } from '../../../machinery/validation/faults.ts';
import type { AllocationResult, DeviceAllocationConfiguration, DeviceRequestAllocationResult } from '../../generated/resource-v1.ts';
import { nodeSelectorRules } from '../node-selector.ts';
import { bindingConditionsRules } from './binding-conditions.ts';
import { configurationRules, MAX_CONFIGS } from './configuration.ts';
import { listRules } from './lists.ts';
import { driverNameRules, labelNameRules, poolNameRules, uidRules } from './names.ts';
import { type RequestNames, requestReferenceRules, requestReferencesRules } from './request-names.ts';
import { deviceTolerationRules } from './taints.ts';

const MAX_RESULTS = 32;

/** Faults of a new allocation. */
export function* allocationRules({ devices, nodeSelector }: AllocationResult, path: string, names: RequestNames): Iterable<FieldError> {
  const at = `${path}.devices`;
  yield* listRules(devices?.results, MAX_RESULTS, `${at}.results`, (result, each) => resultRules(result, each, names));
  // Those of the class and those of the claim.
  yield* listRules(devices?.config, 2 * MAX_CONFIGS, `${at}.config`, (config, each) => configRules(config, each, names));
  if (nodeSelector) yield* nodeSelectorRules(nodeSelector, `${path}.nodeSelector`, { labelValues: true });
}

function* resultRules(result: DeviceRequestAllocationResult, path: string, names: RequestNames): Iterable<FieldError> {
  const { request = '', driver = '', pool = '', device = '', tolerations = [], shareID } = result;
  yield* requestReferenceRules(request, `${path}.request`, names);
  yield* driverNameRules(driver, `${path}.driver`);
  yield* poolNameRules(pool, `${path}.pool`);
  yield* labelNameRules(device, `${path}.device`);
  yield* bindingConditionsRules(result, path);
  for (const [index, toleration] of tolerations.entries()) yield* deviceTolerationRules(toleration, `${path}.tolerations[${index}]`);
  if (shareID !== undefined) yield* uidRules(shareID, `${path}.shareID`);
}

function* configRules(config: DeviceAllocationConfiguration, path: string, names: RequestNames): Iterable<FieldError> {
  const { source } = config;
  if (!source) yield required(`${path}.source`);
  else if (source !== 'FromClaim' && source !== 'FromClass') yield notSupported(`${path}.source`, source, ['FromClaim', 'FromClass']);
  yield* requestReferencesRules(config.requests, `${path}.requests`, names);
  yield* configurationRules(config, path);
}
