import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue, required, tooLong } from '../../../machinery/validation/faults.ts';
import type { Counter, Device, DeviceAttribute, DeviceCounterConsumption } from '../../generated/resource-v1.ts';
import { internalForm } from '../../internal-form/internal-form.ts';
import { sameValue } from '../equal.ts';
import { nodeSelectorRules } from '../node-selector.ts';
import { bindingConditionsRules } from './binding-conditions.ts';
import { capacityRules } from './capacity.ts';
import { listRules, mapRules, setRules } from './lists.ts';
import { labelNameRules, MAX_QUALIFIED_NAME, qualifiedNameRules, subdomainRules } from './names.ts';
import { deviceTaintRules } from './taints.ts';

const MAX_ATTRIBUTES_AND_CAPACITIES = 32;
const MAX_ATTRIBUTE_VALUE = 64;
const MAX_TAINTS = 16;
const MAX_CONSUMPTIONS = 2;
const MAX_COUNTERS = 32;
const MAX_COUNTER_NAME = 63;
const PLACES =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
const PLACES_OF_SLICE =
  '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;

/** Faults of a device of a slice; `ownPlace` where each device says on which nodes it can be used. */
export function* deviceRules(device: Device, previous: Device | undefined, path: string, ownPlace: boolean): Iterable<FieldError> {
  const { name = '', attributes, capacity, taints, consumesCounters } = device;
  yield* labelNameRules(name, `${path}.name`);
  const total = Object.keys(attributes ?? {}).length + Object.keys(capacity ?? {}).length;
  if (total > MAX_ATTRIBUTES_AND_CAPACITIES)
    yield invalidValue(path, total, `the total number of attributes and capacities must not exceed ${MAX_ATTRIBUTES_AND_CAPACITIES}`);
  const keys = { shownKey: MAX_QUALIFIED_NAME, key: qualifiedNameRules };
  yield* mapRules(attributes, `${path}.attributes`, { ...keys, value: attributeRules });
  const shared = device.allowMultipleAllocations ?? false;
  yield* mapRules(capacity, `${path}.capacity`, { ...keys, value: (value, at) => capacityRules(value, at, shared) });
  if (!previous || !sameValue(taints, previous.taints)) yield* listRules(taints, MAX_TAINTS, `${path}.taints`, deviceTaintRules);
  const setOf = ({ counterSet = '' }: DeviceCounterConsumption): string => counterSet;
  yield* setRules(consumesCounters, MAX_CONSUMPTIONS, `${path}.consumesCounters`, setOf, consumptionRules);
  yield* placeRules(device, path, ownPlace);
  yield* bindingConditionsRules(device, path);
}

function* attributeRules(attribute: DeviceAttribute, path: string): Iterable<FieldError> {
  const { int, bool, string, version } = attribute ?? {};
  if (string !== undefined && bytesOf(string) > MAX_ATTRIBUTE_VALUE) yield tooLong(`${path}.string`, MAX_ATTRIBUTE_VALUE);
  if (version !== undefined) yield* versionRules(version, `${path}.version`);
  const values = [int, bool, string, version].filter((value) => value !== undefined).length;
  if (values === 1) return;
  const shown = values === 0 ? '' : internalForm(attribute, 'io.k8s.api.resource.v1.DeviceAttribute');
  yield invalidValue(path, shown, 'exactly one value must be specified');
}

function* versionRules(version: string, path: string): Iterable<FieldError> {
  if (!SEMVER.test(version)) yield invalidValue(path, version, 'must be a string compatible with semver.org spec 2.0.0');
  if (bytesOf(version) > MAX_ATTRIBUTE_VALUE) yield tooLong(path, MAX_ATTRIBUTE_VALUE);
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

function* consumptionRules({ counterSet = '', counters }: DeviceCounterConsumption, path: string): Iterable<FieldError> {
  if (counterSet === '') yield required(`${path}.counterSet`);
  else yield* labelNameRules(counterSet, `${path}.counterSet`);
  yield* countersRules(counters, `${path}.counters`);
}

/** Faults of what a set has, or of what a device takes from it. Any quantity will do. */
export function* countersRules(counters: Readonly<Record<string, Counter>> | undefined, path: string): Iterable<FieldError> {
  if (Object.keys(counters ?? {}).length === 0) yield required(path);
  else yield* mapRules(counters, path, { max: MAX_COUNTERS, shownKey: MAX_COUNTER_NAME, key: labelNameRules, value: () => [] });
}

function* placeRules({ nodeName, nodeSelector, allNodes }: Device, path: string, ownPlace: boolean): Iterable<FieldError> {
  if (!ownPlace) {
    if (nodeName !== undefined || nodeSelector || allNodes !== undefined) yield invalidValue(path, null, PLACES_OF_SLICE);
    return;
  }
  if (nodeName) yield* subdomainRules(nodeName, `${path}.nodeName`);
  else if (nodeName === '') yield invalidValue(`${path}.nodeName`, nodeName, 'must not be empty');
  if (nodeSelector) yield* nodeSelectorRules(nodeSelector, `${path}.nodeSelector`, { labelValues: true });
  if (allNodes === false) yield invalidValue(`${path}.allNodes`, allNodes, 'must be either unset or set to true');
  const places = Object.entries({ nodeName, nodeSelector, allNodes }).flatMap(([name, value]) => (value ? [`\`${name}\``] : []));
  if (places.length === 0) yield required(path, PLACES);
  else if (places.length > 1) yield invalidValue(path, `{${places.join(', ')}}`, PLACES);
}
