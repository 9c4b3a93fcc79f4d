import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import type { DeviceClaim, DeviceConstraint, DeviceRequest, DeviceSubRequest, ExactDeviceRequest } from '../../generated/resource-v1.ts';
import { configurationRules, MAX_CONFIGS } from './configuration.ts';
import { listRules, setRules } from './lists.ts';
import { fullyQualifiedNameRules, labelNameRules, subdomainRules } from './names.ts';
import { MAX_REQUESTS, type RequestNames, requestNamesOf, requestReferencesRules } from './request-names.ts';
import { deviceSelectorRules } from './selectors.ts';
import { deviceTolerationRules } from './taints.ts';

const MAX_CONSTRAINTS = 32;
const MAX_ALTERNATIVES = 8;
const ONE_KIND = 'exactly one of `exactly` or `firstAvailable` is required';
const ONE_ATTRIBUTE = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';

/** Faults of what a claim asks for. */
export function* deviceClaimRules(claim: DeviceClaim | undefined, path: string): Iterable<FieldError> {
  const { requests, constraints, config } = claim ?? {};
  const names = requestNamesOf(claim ?? {});
  yield* setRules(requests, MAX_REQUESTS, `${path}.requests`, ({ name = '' }) => name, requestRules);
  yield* listRules(constraints, MAX_CONSTRAINTS, `${path}.constraints`, (constraint, at) => constraintRules(constraint, at, names));
  yield* listRules(config, MAX_CONFIGS, `${path}.config`, function* (item, at) {
    yield* requestReferencesRules(item.requests, `${at}.requests`, names);
    yield* configurationRules(item, at);
  });
}

function* requestRules({ name = '', exactly, firstAvailable }: DeviceRequest, path: string): Iterable<FieldError> {
  yield* labelNameRules(name, `${path}.name`);
  const alternatives = firstAvailable?.length ? firstAvailable : undefined;
  if (exactly && alternatives) yield invalidValue(path, null, `${ONE_KIND}, but multiple fields are set`);
  else if (exactly) yield* wantedRules(exactly, `${path}.exactly`);
  else if (alternatives) {
    yield* setRules(alternatives, MAX_ALTERNATIVES, `${path}.firstAvailable`, (subrequest) => subrequest.name ?? '', subrequestRules);
  } else yield required(path, ONE_KIND);
}

function* subrequestRules(subrequest: DeviceSubRequest, path: string): Iterable<FieldError> {
  yield* labelNameRules(subrequest.name ?? '', `${path}.name`);
  yield* wantedRules(subrequest, path);
}

function* wantedRules(request: ExactDeviceRequest | DeviceSubRequest, path: string): Iterable<FieldError> {
  const { deviceClassName = '', selectors, tolerations } = request;
  if (deviceClassName === '') yield required(`${path}.deviceClassName`);
  else yield* subdomainRules(deviceClassName, `${path}.deviceClassName`);
  yield* deviceSelectorRules(selectors, `${path}.selectors`);
  yield* modeRules(request, path);
  for (const [index, toleration] of (tolerations ?? []).entries())
    yield* deviceTolerationRules(toleration, `${path}.tolerations[${index}]`);
}

function* modeRules({ allocationMode, count = 0 }: ExactDeviceRequest | DeviceSubRequest, path: string): Iterable<FieldError> {
  if (allocationMode === 'All') {
    if (count !== 0) yield invalidValue(`${path}.count`, count, "must not be specified when allocationMode is 'All'");
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) yield invalidValue(`${path}.count`, count, 'must be greater than zero');
  } else yield notSupported(`${path}.allocationMode`, allocationMode ?? '', ['All', 'ExactCount']);
}

function* constraintRules(constraint: DeviceConstraint, path: string, names: RequestNames): Iterable<FieldError> {
  const { requests, matchAttribute, distinctAttribute } = constraint;
  yield* requestReferencesRules(requests, `${path}.requests`, names);
  if (matchAttribute !== undefined) yield* fullyQualifiedNameRules(matchAttribute, `${path}.matchAttribute`);
  else if (distinctAttribute !== undefined) yield* fullyQualifiedNameRules(distinctAttribute, `${path}.distinctAttribute`);
  else yield required(path, ONE_ATTRIBUTE);
}
