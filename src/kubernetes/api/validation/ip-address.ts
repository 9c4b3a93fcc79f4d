import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, immutable, required } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain, isPathSegment } from '../../machinery/validation/names.ts';
import type { IPAddress, ParentReference } from '../generated/networking-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';

const PATH = 'spec.parentRef';

/** Faults of the record of an address: whose it is must be said, once. */
export function* ipAddressRules({ spec }: IPAddress, previous?: IPAddress): Iterable<FieldError> {
  const parent = spec?.parentRef;
  if (parent) yield* parentRules(parent);
  else yield required(PATH);
  if (!previous) return;
  const [after, before] = [shown(parent), shown(previous.spec?.parentRef)];
  if (JSON.stringify(after) !== JSON.stringify(before)) yield immutable(PATH, after);
}

const shown = (parent: ParentReference | undefined) => parent && internalForm(parent, 'io.k8s.api.networking.v1.ParentReference');

function* parentRules({ group, resource, namespace, name }: ParentReference): Iterable<FieldError> {
  // The group of services is the empty one.
  if (group) yield* complaints(`${PATH}.group`, group, isDns1123Subdomain(group));
  if (!resource) yield required(`${PATH}.resource`);
  else yield* complaints(`${PATH}.resource`, resource, isPathSegment(resource));
  if (!name) yield required(`${PATH}.name`);
  else yield* complaints(`${PATH}.name`, name, isPathSegment(name));
  if (namespace) yield* complaints(`${PATH}.namespace`, namespace, isPathSegment(namespace));
}
