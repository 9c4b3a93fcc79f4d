import type {
  ValidatingAdmissionPolicyBinding as Binding,
  ValidatingAdmissionPolicy as Policy,
} from '../../../api/generated/admissionregistration-v1.ts';
import { validatingAdmissionPolicies, validatingAdmissionPolicyBindings } from '../../../api/resources.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { type Activation, activationOf } from '../expressions/activation.ts';
import { isExempt } from '../matching/matcher.ts';
import type { AdmissionObserver } from '../observer.ts';
import { type CompiledValidatingPolicy, compileValidatingPolicy } from './compiled-validating.ts';
import { denial } from './denial.ts';
import { PolicyHooks } from './policy-hooks.ts';
import type { Invocation, PolicyRequests } from './policy-requests.ts';
import { evaluatePolicy, type Refusal } from './validation.ts';

/** What both policy plugins work with. */
export interface PolicyParts {
  readonly store: ConstructorParameters<typeof PolicyHooks>[0];
  readonly requests: PolicyRequests;
  readonly authorizer: Authorizer;
  readonly observer: AdmissionObserver;
}

interface Denied extends Pick<Refusal, 'message' | 'reason'> {
  readonly policy: Policy;
  readonly binding?: Binding | undefined;
}

const MAX_ANNOTATION = 10 * 1024;
const FAILURE = 'validation.policy.admission.k8s.io/validation_failure';

/** Refuses what the expressions of bound policies do not allow. */
export class ValidatingAdmissionPolicyPlugin implements AdmissionPlugin {
  readonly name = 'ValidatingAdmissionPolicy';
  readonly #parts: PolicyParts;
  readonly #hooks: PolicyHooks<Policy, Binding, CompiledValidatingPolicy>;

  constructor(parts: PolicyParts, owned: DisposableStack) {
    this.#parts = parts;
    const types = { policies: validatingAdmissionPolicies, bindings: validatingAdmissionPolicyBindings };
    this.#hooks = new PolicyHooks(parts.store, types, compileValidatingPolicy, owned);
  }

  handles(attributes: AdmissionAttributes): boolean {
    return this.#hooks.all.length > 0 && !isExempt(attributes);
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const denied: Denied[] = [];
    const annotations = new Map<string, Set<string>>();
    for (const found of await this.#parts.requests.concerning(this.#hooks.all, attributes)) {
      if ('message' in found) denied.push(found);
      else denied.push(...(await this.#ask(found, attributes, annotations)));
    }
    for (const [key, values] of annotations) attributes.annotate?.(key, [...values].join(', '));
    const first = denied[0];
    if (first) throw denial(attributes, [textOf(first)], first.reason);
  }

  async #ask(
    { hook, binding, resource, params }: Invocation<Policy, Binding, CompiledValidatingPolicy>,
    attributes: AdmissionAttributes,
    annotations: Map<string, Set<string>>,
  ): Promise<Denied[]> {
    const { observer } = this.#parts;
    const { policy, compiled } = hook;
    const name = policy.metadata.name ?? '';
    const names = { policy: name, binding: binding.metadata.name ?? '' };
    const check = { name, kind: 'policy', type: 'validate', operation: attributes.operation } as const;
    const activation = await activationOf(attributes, resource, this.#parts.authorizer, this.#parts.requests.namespaceOf(attributes));
    const denied: Denied[] = [];
    for (const param of params) {
      const withParam: Activation = { ...activation, params: param };
      const { failurePolicy } = policy.spec;
      const verdict = await evaluatePolicy(compiled, withParam, failurePolicy, attributes.signal, (result, ms) =>
        observer.checked(check, result, ms),
      );
      for (const { error, ms } of verdict.ignored) observer.decided({ ...names, error, action: 'allow' }, ms);
      for (const refusal of verdict.refusals) {
        for (const action of actionsOf(refusal, binding)) observer.decided({ ...names, error: refusal.error, action }, refusal.ms);
        if (refusal.always || binding.spec.validationActions.includes('Deny')) denied.push({ ...refusal, policy, binding });
        if (!refusal.always) tell(refusal, policy, binding, attributes);
      }
      for (const { key, value } of verdict.annotations) {
        const full = `${policy.metadata.name}/${key}`;
        annotations.set(full, (annotations.get(full) ?? new Set()).add(value.slice(0, MAX_ANNOTATION)));
      }
    }
    return denied;
  }
}

const ACTIONS = { Deny: 'deny', Audit: 'audit', Warn: 'warn' } as const;

function actionsOf({ always }: Refusal, { spec }: Binding): ('deny' | 'audit' | 'warn')[] {
  return always ? ['deny'] : spec.validationActions.map((action) => ACTIONS[action]);
}

/** The actions of a binding that deny nothing. */
function tell({ message, index }: Refusal, { metadata }: Policy, binding: Binding, attributes: AdmissionAttributes): void {
  const { validationActions, policyName } = binding.spec;
  const { name } = binding.metadata;
  if (validationActions.includes('Audit')) {
    attributes.annotate?.(
      FAILURE,
      JSON.stringify([{ message, policy: policyName, binding: name, expressionIndex: index, validationActions }]),
    );
  }
  if (validationActions.includes('Warn')) {
    attributes.warn(`Validation failed for ValidatingAdmissionPolicy '${metadata.name}' with binding '${name}': ${message}`);
  }
}

function textOf({ policy, binding, message }: Denied): string {
  const by = binding ? ` with binding '${binding.metadata.name}'` : '';
  return `ValidatingAdmissionPolicy '${policy.metadata.name}'${by} denied request: ${message}`;
}
