import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, immutable, notSupported, required, tooLong } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain, isPathSegment } from '../../machinery/validation/names.ts';
import type { TypedLocalObjectReference } from '../generated/core-v1.ts';
import type { IngressClass, IngressClassParametersReference } from '../generated/networking-v1.ts';
import { domainPrefixedRules } from './domain-path.ts';

const SCOPES = ['Cluster', 'Namespace'];
const MAX_CONTROLLER = 250;

/** Faults of a class of ingresses. */
export function* ingressClassRules({ spec = {} }: IngressClass, previous?: IngressClass): Iterable<FieldError> {
  const { controller = '', parameters } = spec;
  if (previous && controller !== (previous.spec?.controller ?? '')) yield immutable('spec.controller', controller);
  if (controller.length > MAX_CONTROLLER) yield tooLong('spec.controller', MAX_CONTROLLER);
  yield* domainPrefixedRules(controller, 'spec.controller', Number.POSITIVE_INFINITY);
  if (parameters) yield* parametersRules(parameters, 'spec.parameters');
}

function* parametersRules(parameters: IngressClassParametersReference, path: string): Iterable<FieldError> {
  yield* typedReferenceRules(parameters, path);
  const { scope, namespace } = parameters;
  if (scope === undefined) {
    yield required(`${path}.scope`);
    return;
  }
  if (!SCOPES.includes(scope)) yield notSupported(`${path}.scope`, scope, SCOPES);
  if (scope === 'Namespace') {
    if (namespace === undefined) yield required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'");
    else yield* complaints(`${path}.namespace`, namespace, isDns1123Label(namespace));
  }
  if (scope === 'Cluster' && namespace !== undefined) yield forbiddenField(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'");
}

/** Faults of a reference to an object of any kind. */
export function* typedReferenceRules({ apiGroup, kind, name }: TypedLocalObjectReference, path: string): Iterable<FieldError> {
  // A null says as much as nothing.
  if (typeof apiGroup === 'string') yield* complaints(`${path}.apiGroup`, apiGroup, isDns1123Subdomain(apiGroup));
  if (!kind) yield required(`${path}.kind`);
  else yield* complaints(`${path}.kind`, kind, isPathSegment(kind));
  if (!name) yield required(`${path}.name`);
  else yield* complaints(`${path}.name`, name, isPathSegment(name));
}
