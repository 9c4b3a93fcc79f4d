import { beforeAll, expect, test } from 'vitest';
import { certificateRequest } from '../../../../test/support/certificate-request.ts';
import { createFaults, prepared } from '../../../../test/support/kind.ts';
import { statusFaults } from '../validation/object.ts';
import { certificateSigningRequests } from './certificate-signing-request.ts';

let request = '';
beforeAll(async () => {
  request = btoa(await certificateRequest('CN=jane'));
});

const spec = (change: object = {}) => ({ request, signerName: 'example.com/own', usages: ['client auth'], ...change });
const NAME_FORM = "must be a fully qualified domain and path of the form 'example.com/signer-name'";

test.each([
  { name: 'an ordinary request', change: {}, faults: [] },
  { name: 'the usual signers', change: { signerName: 'kubernetes.io/kubelet-serving' }, faults: [] },
  { name: 'ten minutes', change: { expirationSeconds: 600 }, faults: [] },
  {
    name: 'less',
    change: { expirationSeconds: 599 },
    faults: ['spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)'],
  },
  { name: 'no usages', change: { usages: [] }, faults: ['spec.usages: Required value'] },
  { name: 'a usage twice', change: { usages: ['any', 'any'] }, faults: ['spec.usages[1]: Duplicate value: "any"'] },
  { name: 'no signer', change: { signerName: '' }, faults: ['spec.signerName: Required value'] },
  { name: 'a signer without domain', change: { signerName: 'own' }, faults: [`spec.signerName: Invalid value: "own": ${NAME_FORM}`] },
  {
    name: 'a signer of a short domain',
    change: { signerName: 'com/own' },
    faults: ['spec.signerName: Invalid value: "com": should be a domain with at least two segments separated by dots'],
  },
  {
    name: 'the signer from before signers',
    change: { signerName: 'kubernetes.io/legacy-unknown' },
    faults: ['spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version'],
  },
  {
    name: 'no request',
    change: { request: 'MQ==' },
    faults: ['spec.request: Invalid value: "MQ==": PEM block type must be CERTIFICATE REQUEST'],
  },
])('$name', ({ change, faults }) => {
  expect(createFaults(certificateSigningRequests, { metadata: { name: 'any name: will do' }, spec: spec(change) })).toEqual(faults);
});

const approved = { type: 'Approved', status: 'True' };
const denied = { type: 'Denied', status: 'True' };
test.each([
  { name: 'approval', before: [], after: [approved], faults: [] },
  { name: 'half an approval', before: [], after: [{ type: 'Approved', status: 'False' }], faults: ['status: Unsupported value: "False"'] },
  { name: 'another condition', before: [approved], after: [approved, { type: 'Noted', status: 'Unknown' }], faults: [] },
  { name: 'a change of mind', before: [approved], after: [denied], faults: ['updates may not remove a condition of type "Approved"'] },
  { name: 'both', before: [approved], after: [approved, denied], faults: ['Approved and Denied conditions are mutually exclusive'] },
  { name: 'both, as before', before: [approved, denied], after: [approved, denied], faults: [] },
  { name: 'a condition twice', before: [], after: [denied, denied], faults: ['status.conditions[1].type: Duplicate value: "Denied"'] },
])('deciding: $name', ({ before, after, faults }) => {
  const base = prepared(certificateSigningRequests, { metadata: { name: 'x', resourceVersion: '1' }, spec: spec() });
  const [previous, next] = [before, after].map((conditions) => ({ ...base, status: { conditions } }));
  const { approvalRules: statusRules } = certificateSigningRequests;
  const found = [...statusFaults({ ...certificateSigningRequests, statusRules }, next ?? base, previous ?? base)];
  expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(faults.map((text) => expect.stringContaining(text)));
});

test.each([
  { status: {}, state: 'Pending' },
  { status: { conditions: [denied] }, state: 'Denied' },
  { status: { conditions: [approved], certificate: 'eA==' }, state: 'Approved,Issued' },
  { status: { conditions: [approved, { type: 'Failed', status: 'True' }] }, state: 'Approved,Failed' },
])('shown as $state', ({ status, state }) => {
  const column = certificateSigningRequests.columns.find(({ name }) => name === 'Condition');
  expect(column?.value({ metadata: {}, spec: { request, signerName: 'a.b/c' }, status }, 0)).toBe(state);
});
