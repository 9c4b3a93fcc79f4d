// Conformance: "API priority and fairness should support {FlowSchema,PriorityLevelConfiguration} API operations",
// "{Validating,Mutating}AdmissionPolicy should support {Validating,Mutating}AdmissionPolicy{,Binding} API operations".
import { supportsApiOperations } from '../../support/api-operations.ts';

const flowcontrol = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1' };
const condition = (type: string) => ({
  type,
  status: 'False',
  reason: 'E2E',
  message: 'set by a test',
  lastTransitionTime: '2024-01-01T00:00:00Z',
});

supportsApiOperations('flow schemas', {
  ...flowcontrol,
  resource: 'flowschemas',
  object: () => ({
    spec: {
      matchingPrecedence: 10000,
      priorityLevelConfiguration: { name: 'global-default' },
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: 'example-e2e-non-existent-user' } }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
        },
      ],
    },
  }),
  change: { spec: { matchingPrecedence: 9999 } },
  status: { conditions: [condition('PatchStatusFailed')] },
});

supportsApiOperations('priority levels', {
  ...flowcontrol,
  resource: 'prioritylevelconfigurations',
  object: () => ({
    spec: { type: 'Limited', limited: { nominalConcurrencyShares: 2, limitResponse: { type: 'Reject' } } },
  }),
  change: { spec: { limited: { nominalConcurrencyShares: 4 } } },
  status: { conditions: [condition('PatchStatusFailed')] },
});

const admission = { group: 'admissionregistration.k8s.io', version: 'v1' };
const deployments = {
  resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
};

supportsApiOperations('validating admission policies', {
  ...admission,
  resource: 'validatingadmissionpolicies',
  // Matches nothing: the namespace label is never there.
  object: ({ namespace }) => ({
    spec: {
      validations: [{ expression: 'object.spec.replicas <= 100' }],
      matchConstraints: { ...deployments, namespaceSelector: { matchLabels: { [namespace]: 'nowhere' } } },
    },
  }),
  change: { spec: { failurePolicy: 'Ignore' } },
  status: { conditions: [condition('StatusPatched')] },
});

supportsApiOperations('bindings of validating admission policies', {
  ...admission,
  resource: 'validatingadmissionpolicybindings',
  object: () => ({ spec: { policyName: 'replicalimit-policy.example.com', validationActions: ['Deny'] } }),
  change: { spec: { validationActions: ['Warn'] } },
});

const mutating = (namespace: string) => ({
  reinvocationPolicy: 'Never',
  mutations: [
    {
      patchType: 'ApplyConfiguration',
      applyConfiguration: { expression: 'Object{metadata: Object.metadata{annotations: {"my-foo-annotation": "myAnnotationValue"}}}' },
    },
  ],
  matchConstraints: { ...deployments, namespaceSelector: { matchLabels: { [namespace]: 'nowhere' } } },
});

supportsApiOperations('mutating admission policies', {
  ...admission,
  resource: 'mutatingadmissionpolicies',
  object: ({ namespace }) => ({ spec: mutating(namespace) }),
  change: { spec: { failurePolicy: 'Ignore' } },
});

supportsApiOperations('bindings of mutating admission policies', {
  ...admission,
  resource: 'mutatingadmissionpolicybindings',
  object: () => ({ spec: { policyName: 'replicalimit-policy.example.com' } }),
});
