// Conformance: "ValidatingAdmissionPolicy should validate against a Deployment", "... should allow expressions to refer
// variables.", "MutatingAdmissionPolicy should mutate a Deployment", "... should mutate a Deployment with annotations"; and with
// them "ValidatingAdmissionPolicy should type check validation expressions".
import { expect, type TestContext } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import { eventually } from '../../support/process.ts';

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

async function make(space: ApiSpace, context: TestContext, resource: string, body: object): Promise<string> {
  const name = `${space.namespace}.example.com`;
  const path = `${ADMISSION}/${resource}`;
  context.onTestFinished(async () => {
    await space.ask('DELETE', `${path}/${name}`);
  });
  await space.create(path, { metadata: { name }, ...body });
  return `${path}/${name}`;
}

const inNamespace = ({ namespace }: ApiSpace) => ({
  namespaceSelector: { matchLabels: { [namespace]: 'true' } },
});

/** A policy about the Deployments of the namespace, and its binding. */
async function bound(space: ApiSpace, context: TestContext, kind: 'validating' | 'mutating', spec: object): Promise<string> {
  await space.patch('merge', `/api/v1/namespaces/${space.namespace}`, { metadata: { labels: { [space.namespace]: 'true' } } });
  const rule = { operations: ['CREATE', 'UPDATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] };
  const matchConstraints = { ...inNamespace(space), resourceRules: [rule] };
  const policy = await make(space, context, `${kind}admissionpolicies`, { spec: { matchConstraints, ...spec } });
  const actions = kind === 'validating' ? { validationActions: ['Deny'] } : {};
  await make(space, context, `${kind}admissionpolicybindings`, {
    spec: { policyName: `${space.namespace}.example.com`, matchResources: inNamespace(space), ...actions },
  });
  return policy;
}

const labels = { app: 'nginx' };
const workload = (name: string, replicas: number, more: object = {}) => ({
  metadata: { name, labels },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { nodeSelector: { no: 'where' }, containers: [{ name: 'nginx', image: 'nginx.invalid/none' }] },
    },
  },
  ...more,
});

/** Policies take a moment to be heard of: creates until one is refused. */
async function markerIsDenied(space: ApiSpace): Promise<{ message: string }> {
  const path = space.in('apps/v1', 'deployments');
  return await eventually(async () => {
    const { code, body } = await space.ask('POST', path, { body: workload('marker-deployment', 1) });
    if (code < 300) await space.delete(`${path}/marker-deployment`);
    expect(body).toMatchObject({ code: 422, reason: 'Invalid' });
    return body;
  }, 30);
}

apiBehaviour('a policy validates Deployments, in its namespaces, and nothing else', async (space, context) => {
  await bound(space, context, 'validating', {
    validations: [
      { expression: 'object.spec.replicas > 1', messageExpression: "'wants replicas > 1, got ' + string(object.spec.replicas)" },
    ],
  });
  expect((await markerIsDenied(space)).message).toContain('denied request: wants replicas > 1, got 1');
  await space.create(space.in('apps/v1', 'deployments'), workload('replicated', 2));
  await space.create(space.in('apps/v1', 'replicasets'), workload('non-replicated', 1));
  const elsewhere = await space.anotherNamespace();
  await space.create(`/apis/apps/v1/namespaces/${elsewhere}/deployments`, workload('elsewhere', 1));
});

apiBehaviour('expressions of a policy refer to variables', async (space, context) => {
  await bound(space, context, 'validating', {
    variables: [
      { name: 'replicas', expression: 'object.spec.replicas' },
      // Refers to the one before; the third is never asked for, and its failing has no effect.
      { name: 'oddReplicas', expression: 'variables.replicas % 2 == 1' },
      { name: 'unused', expression: 'object.spec.nothing == 1' },
    ],
    validations: [
      { expression: 'variables.replicas > 1' },
      { expression: 'variables.oddReplicas', messageExpression: "'wants odd replicas, got ' + string(variables.replicas)" },
    ],
  });
  expect((await markerIsDenied(space)).message).toContain('failed expression: variables.replicas > 1');
  await space.create(space.in('apps/v1', 'deployments'), workload('replicated', 3));
  const refused = await space.refused('POST', space.in('apps/v1', 'deployments'), workload('even', 4));
  expect(refused.message).toContain('denied request: wants odd replicas, got 4');
});

apiBehaviour('expressions of a policy are checked against the types they will see', async (space, context) => {
  const policy = await bound(space, context, 'validating', {
    validations: [
      { expression: "object.spec.replicas > '1'", messageExpression: "'wants replicas > 1, got ' + object.spec.replicas" },
      { expression: 'object.spec.replicas > 1' },
    ],
  });
  const warnings = await eventually(async () => {
    const { status } = await space.get(policy);
    expect(status.typeChecking).toBeDefined();
    return status.typeChecking.expressionWarnings;
  }, 30);
  expect(warnings).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning: expect.stringContaining("found no matching overload for '_>_' applied to '(int, string)'"),
    },
    {
      fieldRef: 'spec.validations[0].messageExpression',
      warning: expect.stringContaining("found no matching overload for '_+_' applied to '(string, int)'"),
    },
  ]);
});

/** Created anew until the policy is heard of. */
async function mutated(space: ApiSpace, body: object, like: object): Promise<void> {
  const path = space.in('apps/v1', 'deployments');
  await eventually(async () => {
    await space.ask('DELETE', `${path}/test-deployment`);
    expect(await space.create(path, body)).toMatchObject(like);
  }, 30);
}

apiBehaviour('a policy changes a Deployment that is made', async (space, context) => {
  await bound(space, context, 'mutating', {
    reinvocationPolicy: 'Never',
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: { expression: 'Object{spec: Object.spec{replicas: object.spec.replicas + 1}}' },
      },
    ],
  });
  await mutated(space, workload('test-deployment', 2), { spec: { replicas: 3 } });
});

apiBehaviour('a policy annotates a Deployment, beside the annotations it has', async (space, context) => {
  const annotate = 'Object{metadata: Object.metadata{annotations: {"mutated-by": "admission-policy"}}}';
  await bound(space, context, 'mutating', {
    reinvocationPolicy: 'IfNeeded',
    mutations: [
      { patchType: 'ApplyConfiguration', applyConfiguration: { expression: annotate } },
      {
        patchType: 'JSONPatch',
        jsonPatch: {
          expression: '[JSONPatch{op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("example.com/second"), value: "too"}]',
        },
      },
    ],
  });
  const body = workload('test-deployment', 2);
  const annotations = { own: 'kept', 'mutated-by': 'admission-policy', 'example.com/second': 'too' };
  await mutated(space, { ...body, metadata: { ...body.metadata, annotations: { own: 'kept' } } }, { metadata: { annotations } });
});
