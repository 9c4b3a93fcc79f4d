import type { FieldError } from '../../../machinery/field-error.ts';
import { immutable, invalidValue, required } from '../../../machinery/validation/faults.ts';
import type { CounterSet, ResourcePool, ResourceSlice, ResourceSliceSpec } from '../../generated/resource-v1.ts';
import { internalForm } from '../../internal-form/internal-form.ts';
import { nodeSelectorRules } from '../node-selector.ts';
import { countersRules, deviceRules } from './device.ts';
import { setRules } from './lists.ts';
import { driverNameRules, labelNameRules, poolNameRules, subdomainRules } from './names.ts';

const MAX_DEVICES = 128;
/** Where devices have taints, or take from counters. */
const MAX_COMPLEX_DEVICES = 64;
const MAX_COUNTER_SETS = 8;
const PLACES = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

/** Faults of a slice of a pool of devices. Driver, pool and node stay what they are. */
export function* resourceSliceRules({ spec }: ResourceSlice, previous?: ResourceSlice): Iterable<FieldError> {
  const { driver = '', pool, devices, sharedCounters, perDeviceNodeSelection = false } = spec ?? ({} as Partial<ResourceSliceSpec>);
  yield* driverNameRules(driver, 'spec.driver');
  yield* poolRules(pool, 'spec.pool');
  if (previous) yield* unchangedRules(spec, previous.spec);
  yield* placeRules(spec ?? {}, 'spec');
  if (sharedCounters && devices) yield invalidValue('spec', '', 'only one of `sharedCounters` or `devices` is allowed');
  const complex = devices?.some(({ taints, consumesCounters }) => taints?.length || consumesCounters?.length);
  yield* setRules(
    devices,
    complex ? MAX_COMPLEX_DEVICES : MAX_DEVICES,
    'spec.devices',
    ({ name = '' }) => name,
    (device, path) => {
      const before = previous?.spec?.devices?.find(({ name }) => name === device.name);
      return deviceRules(device, before, path, perDeviceNodeSelection);
    },
  );
  yield* setRules(sharedCounters, MAX_COUNTER_SETS, 'spec.sharedCounters', ({ name = '' }) => name, counterSetRules);
}

function* poolRules(pool: Partial<ResourcePool> | undefined, path: string): Iterable<FieldError> {
  const { name = '', resourceSliceCount = 0, generation = 0 } = pool ?? {};
  yield* poolNameRules(name, `${path}.name`);
  if (resourceSliceCount <= 0) yield invalidValue(`${path}.resourceSliceCount`, resourceSliceCount, 'must be greater than zero');
  if (generation < 0) yield invalidValue(`${path}.generation`, generation, 'must be greater than or equal to zero');
}

function* unchangedRules(next: ResourceSliceSpec | undefined, before: ResourceSliceSpec | undefined): Iterable<FieldError> {
  const [pool, driver] = [next?.pool?.name ?? '', next?.driver ?? ''];
  if (pool !== (before?.pool?.name ?? '')) yield immutable('spec.pool.name', pool);
  if (driver !== (before?.driver ?? '')) yield immutable('spec.driver', driver);
  if (next?.nodeName !== before?.nodeName) yield immutable('spec.nodeName', next?.nodeName ?? null);
}

function* placeRules(spec: Partial<ResourceSliceSpec>, path: string): Iterable<FieldError> {
  const { nodeName, nodeSelector, allNodes, perDeviceNodeSelection } = spec;
  if (nodeName) yield* subdomainRules(nodeName, `${path}.nodeName`);
  else if (nodeName === '') yield invalidValue(`${path}.nodeName`, nodeName, 'must be either unset or set to a non-empty string');
  if (nodeSelector) {
    yield* nodeSelectorRules(nodeSelector, `${path}.nodeSelector`, { labelValues: true });
    const terms = internalForm(nodeSelector, 'io.k8s.api.core.v1.NodeSelector').NodeSelectorTerms;
    if (nodeSelector.nodeSelectorTerms?.length !== 1)
      yield invalidValue(`${path}.nodeSelector.nodeSelectorTerms`, terms, 'must have exactly one node selector term');
  }
  for (const [name, value] of Object.entries({ allNodes, perDeviceNodeSelection }))
    if (value === false) yield invalidValue(`${path}.${name}`, value, 'must be either unset or set to true');
  const places = Object.entries({ nodeName, nodeSelector, allNodes, perDeviceNodeSelection });
  const said = places.flatMap(([name, value]) => (value ? [`\`${name}\``] : []));
  if (said.length === 0) yield required(path, PLACES);
  else if (said.length > 1) yield invalidValue(path, `{${said.join(', ')}}`, `${PLACES}, but multiple fields are set`);
}

function* counterSetRules({ name = '', counters }: CounterSet, path: string): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`);
  else yield* labelNameRules(name, `${path}.name`);
  yield* countersRules(counters, `${path}.counters`);
}
