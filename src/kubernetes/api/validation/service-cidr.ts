import type { FieldError } from '../../machinery/field-error.ts';
import { immutable, invalidValue, required } from '../../machinery/validation/faults.ts';
import type { ServiceCIDR } from '../generated/networking-v1.ts';
import { cidrRules, parseCidr } from './addresses.ts';

const PATH = 'spec.cidrs';
const ONE_OF_EACH = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';

/** Faults of the networks of services. */
export function* serviceCidrRules({ spec }: ServiceCIDR, previous?: ServiceCIDR): Iterable<FieldError> {
  if (previous) yield* updateRules(spec?.cidrs, previous.spec?.cidrs ?? []);
  else yield* cidrsRules(spec?.cidrs ?? []);
}

/** One network, or one of each family. */
function* cidrsRules(cidrs: readonly string[]): Iterable<FieldError> {
  if (cidrs.length === 0) yield required(PATH, 'at least one CIDR required');
  else if (cidrs.length > 2) yield invalidValue(PATH, cidrs, 'may only hold up to 2 values');
  else if (cidrs.length === 2 && !isOneOfEach(cidrs)) yield invalidValue(PATH, cidrs, ONE_OF_EACH);
  else for (const [index, cidr] of cidrs.entries()) yield* cidrRules(cidr, `${PATH}[${index}]`);
}

/** Networks stay; a second may join the first, which makes the cluster dual-stack. */
function* updateRules(said: readonly string[] | undefined, before: readonly string[]): Iterable<FieldError> {
  const after = said ?? [];
  const joined = before.length === 1 && after.length === 2;
  if (after.length !== before.length && !joined) {
    yield immutable(PATH, said);
    return;
  }
  for (const [index, cidr] of before.entries()) if (after[index] !== cidr) yield immutable(`${PATH}[${index}]`, after[index]);
  if (joined) yield* cidrsRules(after);
}

function isOneOfEach(cidrs: readonly string[]): boolean {
  const lengths = cidrs.map((cidr) => parseCidr(cidr)?.bytes.length);
  return lengths.includes(4) && lengths.includes(16);
}
