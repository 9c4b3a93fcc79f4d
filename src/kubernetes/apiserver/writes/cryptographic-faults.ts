import type { CertificateSigningRequest } from '../../api/generated/certificates-v1.ts';
import { certificateSigningRequests } from '../../api/resources.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { groupResource, type ResourceType } from '../../machinery/resource.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import { CertificateRequestError, parseCertificateRequest } from '../../machinery/x509/certificate-request.ts';
import { signatureFault } from './request-signature.ts';

/** Faults of a new object that take more than a look: those of the kinds' own rules come first. */
export function* cryptographicFaults(type: ResourceType, object: KubeObject): Iterable<FieldError> {
  if (groupResource(type) !== groupResource(certificateSigningRequests)) return;
  const { request = '' } = (object as CertificateSigningRequest).spec ?? {};
  const fault = faultOf(request);
  if (fault) yield invalidValue('spec.request', request, fault);
}

function faultOf(request: string): string | undefined {
  try {
    return signatureFault(parseCertificateRequest(atob(request)));
  } catch (error) {
    // The kind's own rules say so.
    if (error instanceof CertificateRequestError) return undefined;
    throw error;
  }
}
