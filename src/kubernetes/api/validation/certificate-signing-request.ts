import type { FieldError } from '../../machinery/field-error.ts';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { goQuote } from '../../machinery/validation/go-text.ts';
import { CertificateRequestError, parseCertificateRequest } from '../../machinery/x509/certificate-request.ts';
import type {
  CertificateSigningRequest,
  CertificateSigningRequestSpec,
  CertificateSigningRequestCondition as Condition,
} from '../generated/certificates-v1.ts';
import { certificateFault } from './certificate-chain.ts';
import { signerNameRules } from './signer-name.ts';

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const MIN_EXPIRATION = 600;
const DECISIONS = ['Approved', 'Denied'];
const OUTCOMES = [...DECISIONS, 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];
const USAGES = [
  ...['any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only'],
  ...['digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement'],
  ...['key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime', 'server auth', 'signing', 'timestamping'],
];

/** Faults of a new request. An update changes its metadata alone. */
export function* certificateSigningRequestRules(
  next: CertificateSigningRequest,
  previous?: CertificateSigningRequest,
): Iterable<FieldError> {
  if (previous) return;
  const { usages = [], signerName = '', expirationSeconds } = next.spec as Partial<CertificateSigningRequestSpec>;
  yield* requestRules(next.spec.request);
  yield* usageRules(usages);
  if (signerName === LEGACY_SIGNER)
    yield invalidValue('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version');
  else yield* signerNameRules(signerName, 'spec.signerName');
  if (expirationSeconds !== undefined && expirationSeconds < MIN_EXPIRATION) {
    yield invalidValue('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)');
  }
}

/** Whether it is signed by the key it is for, is for the server to see: that takes cryptography. */
function* requestRules(request: string | undefined): Iterable<FieldError> {
  try {
    parseCertificateRequest(atob(request ?? ''));
  } catch (error) {
    if (!(error instanceof CertificateRequestError)) throw error;
    yield invalidValue('spec.request', request, error.message);
  }
}

function* usageRules(usages: readonly string[]): Iterable<FieldError> {
  if (usages.length === 0) yield required('spec.usages');
  for (const [index, usage] of usages.entries()) {
    if (!USAGES.includes(usage)) yield notSupported(`spec.usages[${index}]`, usage, USAGES);
  }
  for (const [index, usage] of usages.entries()) {
    if (usages.indexOf(usage) < index) yield duplicate(`spec.usages[${index}]`, usage);
  }
}

/** Faults of a write to the status: a certificate is issued once, and who issues does not approve. */
export function* signingRules(next: CertificateSigningRequest, previous: CertificateSigningRequest): Iterable<FieldError> {
  yield* statusRules(next, previous);
  for (const type of DECISIONS) {
    if (count(next, type) > count(previous, type)) yield forbiddenConditions(`updates may not add a condition of type ${goQuote(type)}`);
  }
  const before = previous.status?.certificate ?? '';
  if (before && before !== (next.status?.certificate ?? ''))
    yield forbiddenField('status.certificate', 'updates may not modify existing certificate content');
}

/** Faults of approving or denying. */
export function* approvalRules(next: CertificateSigningRequest, previous: CertificateSigningRequest): Iterable<FieldError> {
  yield* statusRules(next, previous);
}

function* statusRules(next: CertificateSigningRequest, previous: CertificateSigningRequest): Iterable<FieldError> {
  yield* conditionRules(conditionsOf(next), conditionsOf(previous));
  yield* certificateRules(next.status?.certificate ?? '', previous.status?.certificate ?? '');
  for (const type of OUTCOMES) {
    if (count(next, type) < count(previous, type)) yield forbiddenConditions(`updates may not remove a condition of type ${goQuote(type)}`);
  }
}

/** What was wrong with the conditions before may stay so. */
function* conditionRules(conditions: readonly Condition[], previous: readonly Condition[]): Iterable<FieldError> {
  const types = previous.map(({ type }) => type);
  const decided = DECISIONS.every((type) => types.includes(type));
  const repeated = new Set(types).size < types.length;
  const seen = new Set<string>();
  for (const [index, { type = '', status = '' }] of conditions.entries()) {
    const path = `status.conditions[${index}]`;
    if (type === '' && !types.includes('')) yield required(`${path}.type`);
    const allowed = OUTCOMES.includes(type) ? ['True'] : STATUSES;
    if (status === '') yield required(`${path}.status`);
    else if (!allowed.includes(status)) yield notSupported(`${path}.status`, status, allowed);
    const contradicts = DECISIONS.includes(type) && DECISIONS.some((other) => other !== type && seen.has(other));
    if (contradicts && !decided) {
      yield invalidValue('status.conditions', type, 'Approved and Denied conditions are mutually exclusive');
    }
    if (seen.has(type) && !repeated) yield duplicate(`${path}.type`, type);
    seen.add(type);
  }
}

function* certificateRules(certificate: string, previous: string): Iterable<FieldError> {
  if (certificate === '' || certificate === previous) return;
  if (previous && certificateFault(atob(previous))) return;
  const fault = certificateFault(atob(certificate));
  if (fault) yield invalidValue('status.certificate', '<certificate data>', fault);
}

const conditionsOf = ({ status }: CertificateSigningRequest): readonly Condition[] => status?.conditions ?? [];

const count = (request: CertificateSigningRequest, wanted: string): number =>
  conditionsOf(request).filter(({ type }) => type === wanted).length;

const forbiddenConditions = (detail: string): FieldError => forbiddenField('status.conditions', detail);
