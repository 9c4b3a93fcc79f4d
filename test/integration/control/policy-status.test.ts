import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ValidatingAdmissionPolicy } from '../../../src/kubernetes/api/generated/admissionregistration-v1.ts';
import { validatingAdmissionPolicies } from '../../../src/kubernetes/api/resources.ts';
import { startControlPlane, type TestControlPlane } from '../../support/control-plane.ts';

let plane: TestControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ nodes: [] });
});
afterAll(() => plane[Symbol.asyncDispose]());

const RULE = { apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'], operations: ['CREATE' as const] };

async function checked(name: string, spec: Partial<ValidatingAdmissionPolicy['spec']>): Promise<ValidatingAdmissionPolicy> {
  await plane.api.create(validatingAdmissionPolicies, {
    metadata: { name },
    spec: { matchConstraints: { resourceRules: [RULE] }, ...spec },
  });
  const found = await plane.untilOne(validatingAdmissionPolicies, name, (policy) => policy?.status?.observedGeneration === 1);
  return found as ValidatingAdmissionPolicy;
}

test('expressions that fit', async () => {
  const expressions = [
    'object.spec.replicas > 1',
    "object.spec.template.spec.containers.all(c, c.image.startsWith('x'))",
    "object.metadata.labels['a'] == 'b'",
    "quantity(object.spec.template.spec.containers[0].resources.limits['cpu']).isInteger()",
    'variables.big',
  ];
  const variables = [{ name: 'big', expression: 'object.spec.replicas > 5' }];
  const { status } = await checked('good', { variables, validations: expressions.map((expression) => ({ expression })) });
  expect(status?.typeChecking).toEqual({});
});

test('expressions that do not', async () => {
  const { status } = await checked('bad', {
    validations: [{ expression: "object.spec.replicas > '1'" }, { expression: 'true', messageExpression: 'string(object.foo)' }],
  });
  expect(status?.typeChecking?.expressionWarnings).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning:
        "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n | object.spec.replicas > '1'\n | .....................^\n",
    },
    {
      fieldRef: 'spec.validations[1].messageExpression',
      warning: "apps/v1, Kind=Deployment: ERROR: <input>:1:14: undefined field 'foo'\n | string(object.foo)\n | .............^\n",
    },
  ]);
});
