import type { ValidatingAdmissionPolicy } from '../../api/generated/admissionregistration-v1.ts';
import { validatingAdmissionPolicies } from '../../api/resources.ts';
import { defineController, done } from '../framework/controller.ts';

/** Tells the author of a policy where its expressions do not fit the kinds that it is about. */
export const admissionPolicyStatusController = defineController({
  name: 'validatingadmissionpolicy-status',
  primary: validatingAdmissionPolicies,

  async reconcile(name, { cache, api }, signal) {
    const policy = cache.get(validatingAdmissionPolicies, name);
    if (!policy || !isUnchecked(policy)) return done;
    // Expressions are loaded with the first policy: most clusters have none.
    const { checkTypes } = await import('./type-check.ts');
    const expressionWarnings = await checkTypes(policy, api, signal);
    const status = {
      ...policy.status,
      observedGeneration: policy.metadata.generation,
      typeChecking: expressionWarnings.length > 0 ? { expressionWarnings } : {},
    };
    await api.updateStatus(validatingAdmissionPolicies, { ...policy, status }, {}, signal);
    return done;
  },
});

function isUnchecked({ metadata, status }: ValidatingAdmissionPolicy): boolean {
  return (metadata.generation ?? 0) > (status?.observedGeneration ?? 0);
}
