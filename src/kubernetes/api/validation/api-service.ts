import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1035Label, isDns1123Subdomain, isPathSegment } from '../../machinery/validation/names.ts';
import type { APIService, APIServiceSpec } from '../generated/apiregistration-v1.ts';

/** Faults of an APIService. */
export function* apiServiceRules({ metadata, spec }: APIService): Iterable<FieldError> {
  const { group = '', version = '' } = spec ?? {};
  const name = `${version}.${group}`;
  for (const field of ['generateName', 'name'] as const) {
    const said = metadata[field];
    if (said && said !== name && isPathSegment(said).length === 0)
      yield invalidValue(`metadata.${field}`, said, `must be \`spec.version+"."+spec.group\`: "${name}"`);
  }
  if (group) yield* complaints('spec.group', group, isDns1123Subdomain(group));
  else if (version !== 'v1') yield required('spec.group', 'only v1 may have an empty group and it better be legacy kube');
  yield* complaints('spec.version', version, isDns1035Label(version));
  yield* priorityRules(spec ?? ({} as APIServiceSpec));
  yield* serviceRules(spec ?? ({} as APIServiceSpec));
}

function* priorityRules({ groupPriorityMinimum = 0, versionPriority = 0 }: APIServiceSpec): Iterable<FieldError> {
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20000) {
    yield invalidValue('spec.groupPriorityMinimum', groupPriorityMinimum, 'must be positive and less than 20000');
  }
  if (versionPriority <= 0 || versionPriority > 1000)
    yield invalidValue('spec.versionPriority', versionPriority, 'must be positive and less than 1000');
}

function* serviceRules({ service, caBundle, insecureSkipTLSVerify }: APIServiceSpec): Iterable<FieldError> {
  if (!service) {
    if (caBundle) yield invalidValue('spec.caBundle', `${caBundle.length} bytes`, 'local APIServices may not have a caBundle');
    if (insecureSkipTLSVerify)
      yield invalidValue('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify');
    return;
  }
  if (!service.namespace) yield required('spec.service.namespace');
  if (!service.name) yield required('spec.service.name');
  const port = service.port ?? 0;
  if (port < 1 || port > 65535) yield invalidValue('spec.service.port', port, 'port is not valid: must be between 1 and 65535, inclusive');
  if (insecureSkipTLSVerify && caBundle) yield invalidValue('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present');
}

/** Faults of a write to the status of an APIService. */
export function* apiServiceStatusRules({ status }: APIService): Iterable<FieldError> {
  for (const [index, condition] of (status?.conditions ?? []).entries()) {
    if (!['True', 'False', 'Unknown'].includes(condition.status)) {
      yield notSupported(`status.conditions[${index}].status`, condition.status, ['True', 'False', 'Unknown']);
    }
  }
}
