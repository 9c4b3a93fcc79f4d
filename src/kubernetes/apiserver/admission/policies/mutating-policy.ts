import type {
  MutatingAdmissionPolicyBinding as Binding,
  MutatingAdmissionPolicy as Policy,
} from '../../../api/generated/admissionregistration-v1.ts';
import { mutatingAdmissionPolicies, mutatingAdmissionPolicyBindings } from '../../../api/resources.ts';
import { costLimits } from '../../../machinery/cel/cost/units.ts';
import { type KubeObject, keyOf } from '../../../machinery/meta.ts';
import { sameJson } from '../../../machinery/patch/same-json.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { type Activation, activationOf } from '../expressions/activation.ts';
import { BudgetExceeded, BudgetedEvaluation } from '../expressions/budget.ts';
import { checkConditions } from '../expressions/match-conditions.ts';
import { isExempt } from '../matching/matcher.ts';
import { replaceObject } from '../matching/versioned.ts';
import { Reinvocation } from '../reinvocation.ts';
import { type CompiledMutatingPolicy, type CompiledMutation, compileMutatingPolicy } from './compiled-mutating.ts';
import { denial } from './denial.ts';
import { PatchFault, withConfiguration, withOperations } from './patches.ts';
import { PolicyHooks } from './policy-hooks.ts';
import type { Invocation } from './policy-requests.ts';
import type { PolicyParts } from './validating-policy.ts';

type PolicyInvocation = Invocation<Policy, Binding, CompiledMutatingPolicy>;

/** Changes objects as the expressions of bound policies say. */
export class MutatingAdmissionPolicyPlugin implements AdmissionPlugin {
  readonly name = 'MutatingAdmissionPolicy';
  readonly #parts: PolicyParts;
  readonly #hooks: PolicyHooks<Policy, Binding, CompiledMutatingPolicy>;

  constructor(parts: PolicyParts, owned: DisposableStack) {
    this.#parts = parts;
    const types = { policies: mutatingAdmissionPolicies, bindings: mutatingAdmissionPolicyBindings };
    this.#hooks = new PolicyHooks(parts.store, types, compileMutatingPolicy, owned);
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.object !== undefined && this.#hooks.all.length > 0 && !isExempt(attributes);
  }

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    const reinvocation = attributes.reinvocation ?? new Reinvocation();
    const own = reinvocation.of(this.name);
    if (reinvocation.again) own.begins(attributes.object);
    const faults: string[] = [];
    for (const found of await this.#parts.requests.concerning(this.#hooks.all, attributes)) {
      if ('message' in found) {
        faults.push(faultText(found.policy, found.binding, found.message));
        continue;
      }
      for (const param of found.params) {
        const id = `${found.hook.policy.metadata.name}/${found.binding.metadata.name}/${param ? keyOf(param) : ''}`;
        // The second pass asks nobody whom the first did not.
        if (reinvocation.again && !own.isDue(id)) continue;
        const { changed, errors } = await this.#invoke(found, param, attributes);
        if (changed) {
          own.objectChanged();
          reinvocation.requested = true;
        }
        const { policy } = found.hook;
        if (policy.spec.reinvocationPolicy === 'IfNeeded') own.asked(id);
        if (policy.spec.failurePolicy !== 'Ignore') faults.push(...errors.map((error) => faultText(policy, found.binding, error)));
      }
    }
    own.ends(attributes.object);
    if (faults.length > 0) throw denial(attributes, faults, 'Invalid', faults[0]);
  }

  /** Does the mutations of a policy, each to what the one before made. */
  async #invoke(
    { hook, resource }: PolicyInvocation,
    param: KubeObject | null,
    attributes: AdmissionAttributes,
  ): Promise<{ changed: boolean; errors: string[] }> {
    const { policy, compiled } = hook;
    const errors: string[] = [];
    let changed = false;
    const first = await this.#activation(attributes, resource, param);
    const check = { name: policy.metadata.name ?? '', kind: 'policy', type: 'admit', operation: attributes.operation } as const;
    const conditions = await checkConditions(compiled.conditions, first, policy.spec.failurePolicy, attributes.signal, (result, ms) =>
      this.#parts.observer.checked(check, result, ms),
    );
    if (conditions.error !== undefined) return { changed, errors: [conditions.error] };
    if (!conditions.met) return { changed, errors };
    for (const mutation of compiled.mutations) {
      const activation = changed ? await this.#activation(attributes, resource, param) : first;
      const next = await mutated(mutation, compiled, activation, attributes, resource);
      if (typeof next === 'string') errors.push(next);
      else if (!sameJson(next, activation.object)) {
        await replaceObject(next, attributes, resource);
        changed = true;
      }
    }
    return { changed, errors };
  }

  async #activation(attributes: AdmissionAttributes, resource: ResourceType, params: KubeObject | null): Promise<Activation> {
    const { requests, authorizer } = this.#parts;
    return { ...(await activationOf(attributes, resource, authorizer, requests.namespaceOf(attributes))), params };
  }
}

/** The object as a mutation makes it, or why it cannot. */
async function mutated(
  mutation: CompiledMutation,
  { variables }: CompiledMutatingPolicy,
  activation: Activation,
  attributes: AdmissionAttributes,
  resource: ResourceType,
): Promise<KubeObject | string> {
  const object = activation.object as KubeObject;
  const evaluation = new BudgetedEvaluation(activation, variables, costLimits.runtimeBudget, attributes.signal);
  try {
    const outcome = await evaluation.evaluate(mutation);
    if (outcome.error !== undefined) return outcome.error;
    return mutation.makes === 'jsonPatch'
      ? withOperations(object, outcome.value)
      : withConfiguration(object, outcome.value, attributes.kind ? undefined : resource);
  } catch (error) {
    if (error instanceof PatchFault || error instanceof BudgetExceeded) return error.message;
    throw error;
  }
}

function faultText(policy: Policy, binding: Binding | undefined, message: string): string {
  const by = binding ? ` with binding '${binding.metadata.name}'` : '';
  return `policy '${policy.metadata.name}'${by} denied request: ${message}`;
}
