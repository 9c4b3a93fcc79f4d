import { isDeepStrictEqual } from 'node:util';
import type { AllocatedDeviceStatus, AllocationResult, ResourceClaim, ResourceClaimStatus } from '../../api/generated/resource-v1.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import { invalid } from '../../machinery/status.ts';
import { forbiddenField } from '../../machinery/validation/faults.ts';
import { NODE_NAME_EXTRA, parseServiceAccountUsername } from '../authentication/identities.ts';
import type { AuthorizationAttributes, Authorizer } from '../authorization/authorizer.ts';
import { forbiddenRequest } from '../authorization/forbidden.ts';
import type { UserInfo } from '../request.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';

/**
 * Who may write the status of a claim need not be allowed to write all of it: allocations and reservations take a right to
 * bind, what is said of devices a right for their driver. Upstream checks this where claims are stored; here it is a
 * plugin that cannot be switched off.
 */
export class ResourceClaimStatusRights implements AdmissionPlugin {
  readonly name = 'ResourceClaimStatusRights';
  readonly #authorizer: Authorizer;

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  handles({ resource, subresource, operation }: AdmissionAttributes): boolean {
    return (
      resource.group === 'resource.k8s.io' && resource.plural === 'resourceclaims' && subresource === 'status' && operation === 'UPDATE'
    );
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const { object, oldObject, resource, name } = attributes;
    const [next, previous] = [(object as ResourceClaim).status ?? {}, (oldObject as ResourceClaim).status ?? {}];
    const faults = [...(await this.#bindingFaults(attributes, next, previous)), ...(await this.#driverFaults(attributes, next, previous))];
    if (faults.length > 0) throw invalid(resource, name, faults);
  }

  async #bindingFaults(attributes: AdmissionAttributes, next: ResourceClaimStatus, previous: ResourceClaimStatus): Promise<FieldError[]> {
    if (same(next.allocation, previous.allocation) && same(next.reservedFor ?? [], previous.reservedFor ?? [])) return [];
    const verb = verbOf(attributes);
    const refusal = await this.#refusal({ ...this.#question(attributes), verb, subresource: 'binding', namespace: '', name: '' });
    if (!refusal) return [];
    const what = `changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="${verb}" permission`;
    return [forbiddenField('status', `${what}: ${refusal}`)];
  }

  async #driverFaults(attributes: AdmissionAttributes, next: ResourceClaimStatus, previous: ResourceClaimStatus): Promise<FieldError[]> {
    const verb = verbOf(attributes);
    const verbs = [...(isOnNodeOf(attributes.user, next.allocation) ? [`associated-node:${verb}`] : []), `arbitrary-node:${verb}`];
    const faults: FieldError[] = [];
    for (const driver of changedDrivers(next, previous)) {
      const refusal = await this.#firstRefusal(attributes, verbs, driver);
      const what = `changing status.devices requires resource="resourceclaims/driver", verb="[${verbs.join(' ')}]" permission`;
      if (refusal) faults.push(forbiddenField('status.devices', `${what}: ${refusal}`));
    }
    return faults;
  }

  /** One of the verbs is enough. */
  async #firstRefusal(attributes: AdmissionAttributes, verbs: readonly string[], driver: string): Promise<string | undefined> {
    let first: string | undefined;
    for (const verb of verbs) {
      const refusal = await this.#refusal({ ...this.#question(attributes), verb, subresource: 'driver', name: driver });
      if (!refusal) return undefined;
      first ??= refusal;
    }
    return first;
  }

  #question({ user, resource, namespace, name }: AdmissionAttributes): AuthorizationAttributes {
    const { group, version, plural } = resource;
    return { user, verb: '', isResourceRequest: true, path: '', group, version, resource: plural, subresource: '', namespace, name };
  }

  async #refusal(question: AuthorizationAttributes): Promise<string | undefined> {
    const { decision, reason, error } = await this.#authorizer.authorize(question);
    if (decision === 'allow') return undefined;
    return forbiddenRequest(question, [error, reason].filter(Boolean).join(': ')).message;
  }
}

const verbOf = ({ verb }: AdmissionAttributes): string => (verb === 'patch' ? 'patch' : 'update');

const same = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);

type OfDevice = Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>;

const keyOf = ({ driver, pool, device, shareID = '' }: OfDevice): string => JSON.stringify([driver, pool, device, shareID]);

/** The drivers of devices of which something else is said than before. What was said of devices that are given back goes with them. */
function changedDrivers({ devices = [], allocation }: ResourceClaimStatus, previous: ResourceClaimStatus): string[] {
  const before = new Map((previous.devices ?? []).map((device) => [keyOf(device), device]));
  const changed = new Set<string>();
  for (const device of devices) {
    if (!same(device, before.get(keyOf(device)))) changed.add(device.driver);
    before.delete(keyOf(device));
  }
  const allocated = new Set((allocation?.devices?.results ?? []).map(keyOf));
  for (const [key, { driver }] of before) if (allocated.has(key)) changed.add(driver);
  return [...changed].sort();
}

/** Whether a service account's pod runs on the one node on which the claim can be used. */
function isOnNodeOf({ username, extra }: UserInfo, allocation: AllocationResult | undefined): boolean {
  const [node, ...others] = extra?.[NODE_NAME_EXTRA] ?? [];
  return Boolean(node) && others.length === 0 && parseServiceAccountUsername(username) !== undefined && node === nodeOf(allocation);
}

function nodeOf(allocation: AllocationResult | undefined): string | undefined {
  const [term, ...otherTerms] = allocation?.nodeSelector?.nodeSelectorTerms ?? [];
  const [field, ...others] = term?.matchFields ?? [];
  if (otherTerms.length > 0 || others.length > 0 || term?.matchExpressions?.length) return undefined;
  const isNode = field?.key === 'metadata.name' && field.operator === 'In' && field.values?.length === 1;
  return isNode ? field.values?.[0] : undefined;
}
