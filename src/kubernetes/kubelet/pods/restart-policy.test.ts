import { expect, test } from 'vitest';
import { podOf } from '../../../../test/support/kubelet-pods.ts';
import { restartsAfter } from './restart-policy.ts';

const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];

test.each([
  { name: 'Always after success', policy: 'Always', container: {}, code: 0, restarts: true },
  { name: 'OnFailure after success', policy: 'OnFailure', container: {}, code: 0, restarts: false },
  { name: 'OnFailure after failure', policy: 'OnFailure', container: {}, code: 1, restarts: true },
  { name: 'Never', policy: 'Never', container: {}, code: 1, restarts: false },
  { name: "the container's own policy", policy: 'Never', container: { restartPolicy: 'Always' }, code: 0, restarts: true },
  { name: "the container's rule for the code", policy: 'Never', container: { restartPolicyRules: rules }, code: 42, restarts: true },
  { name: 'a rule for another code', policy: 'Never', container: { restartPolicyRules: rules }, code: 1, restarts: false },
] as const)('$name', ({ policy, container, code, restarts }) => {
  const pod = podOf({ restartPolicy: policy });
  expect(restartsAfter(pod, { name: 'app', ...structuredClone(container) } as Parameters<typeof restartsAfter>[1], code)).toBe(restarts);
});
