import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue } from '../../../machinery/validation/faults.ts';
import type { DeviceClass } from '../../generated/resource-v1.ts';
import { sameValue } from '../equal.ts';
import { isExtended } from '../resource-names.ts';
import { configurationRules, MAX_CONFIGS } from './configuration.ts';
import { listRules } from './lists.ts';
import { deviceSelectorRules } from './selectors.ts';

/** Faults of a class of devices. Configurations that did not change may be as long as they were. */
export function* deviceClassRules({ spec }: DeviceClass, previous?: DeviceClass): Iterable<FieldError> {
  const { selectors, config, extendedResourceName } = spec ?? {};
  yield* deviceSelectorRules(selectors, 'spec.selectors');
  const stored = previous !== undefined && sameValue(config, previous.spec?.config);
  yield* listRules(config, MAX_CONFIGS, 'spec.config', (item, path) => configurationRules(item, path, stored));
  if (extendedResourceName !== undefined && !isExtended(extendedResourceName)) {
    yield invalidValue('spec.extendedResourceName', extendedResourceName, 'must be a valid extended resource name');
  }
}
