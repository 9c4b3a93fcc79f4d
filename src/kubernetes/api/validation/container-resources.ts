import type { FieldError } from '../../machinery/field-error.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import { duplicate, forbiddenField, invalidValue, notFoundValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { ContainerResizePolicy, ResourceRequirements } from '../generated/core-v1.ts';
import { containerResourceNameRules, isExtended, isHugePage, resourceAmountRules, resourceNameRules } from './resource-names.ts';

/** Faults of what a container asks for. */
export function* containerResourceRules(resources: ResourceRequirements, podClaims: readonly string[], path: string): Iterable<FieldError> {
  const { limits = {}, requests = {}, claims = [] } = resources;
  yield* listRules(limits, `${path}.limits`);
  yield* requestRules(requests, limits, `${path}.requests`);
  const pages = (list: object) => Object.keys(list).some(isHugePage);
  const base = ['cpu', 'memory'].some((name) => name in limits || name in requests);
  if ((pages(limits) || pages(requests)) && !base) yield forbiddenField(path, 'HugePages require cpu or memory');
  yield* claimRules(claims ?? [], podClaims, `${path}.claims`);
}

function* listRules(list: Readonly<Record<string, string>>, path: string): Iterable<FieldError> {
  for (const [name, amount] of Object.entries(list)) {
    const at = `${path}[${name}]`;
    yield* containerResourceNameRules(name, at);
    yield* resourceAmountRules(name, amount, at);
  }
}

function* requestRules(
  requests: Readonly<Record<string, string>>,
  limits: Readonly<Record<string, string>>,
  path: string,
): Iterable<FieldError> {
  for (const [name, amount] of Object.entries(requests)) {
    const at = `${path}[${name}]`;
    yield* containerResourceNameRules(name, at);
    yield* resourceAmountRules(name, amount, at);
    yield* limitRules(name, amount, limits[name], path);
  }
}

/** A request is at most its limit, and equal to it for what cannot be overcommitted. */
export function* limitRules(name: string, request: string, limit: string | undefined, path: string): Iterable<FieldError> {
  const exact = isExtended(name) || isHugePage(name);
  if (limit === undefined) {
    if (exact) yield required(path.replace(/requests$/, 'limits'), `Limit must be set for non overcommitable resources`);
    return;
  }
  const order = compareQuantities(request, limit);
  if (exact && order !== 0) yield invalidValue(path, request, `must be equal to ${name} limit of ${limit}`);
  else if (!exact && order > 0) yield invalidValue(path, request, `must be less than or equal to ${name} limit of ${limit}`);
}

function* claimRules(
  claims: readonly { name: string; request?: string }[],
  podClaims: readonly string[],
  path: string,
): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, { name = '', request = '' }] of claims.entries()) {
    const at = `${path}[${index}]`;
    if (!name) yield required(at);
    else if (!podClaims.includes(name)) {
      const known = podClaims.length === 0 ? 'which is empty' : `[${podClaims.join(' ')}]`;
      yield notFoundValue(at, name, `must be one of the names in pod.spec.resourceClaims ${known}`);
    }
    const id = request ? `${name}/${request}` : name;
    if (seen.has(id)) yield duplicate(at, id);
    seen.add(id);
  }
}

const RESIZABLE = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

/** How a container takes a change of its resources while it runs. */
export function* resizePolicyRules(
  policies: readonly ContainerResizePolicy[],
  restartPolicy: string | undefined,
  path: string,
): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, { resourceName = '', restartPolicy: policy = '' }] of policies.entries()) {
    if (seen.has(resourceName)) yield duplicate(`${path}[${index}]`, resourceName);
    seen.add(resourceName);
    if (resourceName === '') yield required(path);
    else if (!RESIZABLE.includes(resourceName)) yield notSupported(path, resourceName, RESIZABLE);
    if (policy === '') yield required(path);
    else if (!RESIZE_POLICIES.includes(policy)) yield notSupported(path, policy, RESIZE_POLICIES);
    else if (restartPolicy === 'Never' && policy !== 'NotRequired')
      yield invalidValue(path, policy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
  }
}

const POD_LEVEL = ['cpu', 'memory'];

/** Faults of resources shared by the containers of a pod. */
export function* podResourceRules(resources: ResourceRequirements, podClaims: readonly string[], path: string): Iterable<FieldError> {
  const { limits = {}, requests = {}, claims } = resources;
  if (claims) {
    yield forbiddenField(`${path}.claims`, 'claims may not be set for Resources at pod-level');
    yield* claimRules(claims, podClaims, `${path}.claims`);
  }
  for (const [name, amount] of Object.entries(limits)) yield* podAmountRules(name, amount, `${path}.limits[${name}]`);
  for (const [name, amount] of Object.entries(requests)) {
    yield* podAmountRules(name, amount, `${path}.requests[${name}]`);
    yield* limitRules(name, amount, limits[name], `${path}.requests`);
  }
}

function* podAmountRules(name: string, amount: string, path: string): Iterable<FieldError> {
  const faults = [...resourceNameRules(name, path)];
  yield* faults;
  if (faults.length === 0 && !POD_LEVEL.includes(name) && !isHugePage(name)) yield notSupported(path, name, [...POD_LEVEL, 'hugepages-']);
  yield* resourceAmountRules(name, amount, path);
}
