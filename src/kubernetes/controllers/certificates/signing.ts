import type { CertificateSigningRequest } from '../../api/generated/certificates-v1.ts';
import { certificateSigningRequests } from '../../api/resources.ts';
import { formatTime } from '../../machinery/meta.ts';
import { parseCertificateRequest } from '../../machinery/x509/certificate-request.ts';
import type { ControllerDefinition } from '../framework/controller.ts';
import { defineController, done } from '../framework/controller.ts';
import type { SigningAuthority } from './authority.ts';
import { isMarked } from './request-state.ts';
import { SIGNERS } from './signers.ts';
import { DEFAULT_SIGNING_DURATION, validityOf } from './validity.ts';

export interface ClusterSigning {
  /** PEM of the authority and of its key. */
  readonly certificate: string;
  readonly key: string;
  /** How long a certificate holds at most, in milliseconds. */
  readonly duration?: number | undefined;
}

/** Signs approved requests for certificates of the cluster's own signers. */
export function certificateSigningController({
  certificate,
  key,
  duration = DEFAULT_SIGNING_DURATION,
}: ClusterSigning): ControllerDefinition {
  let authority: Promise<SigningAuthority> | undefined;
  // Most clusters never sign: what makes certificates is loaded when it is needed.
  const loadAuthority = async () => {
    const { SigningAuthority: Authority } = await import('./authority.ts');
    return Authority.load(certificate, key);
  };

  return defineController({
    name: 'certificatesigningrequest-signing',
    primary: certificateSigningRequests,

    async reconcile(name, { cache, api, clock }, signal) {
      const request = cache.get(certificateSigningRequests, name);
      const mayBeSigned = SIGNERS[request?.spec.signerName ?? ''];
      if (!request || !mayBeSigned || !waitsForCertificate(request)) return done;
      const { usages = [], expirationSeconds } = request.spec;
      const pem = atob(request.spec.request);
      const fault = mayBeSigned(parseCertificateRequest(pem), usages);
      if (fault) {
        await api.updateStatus(certificateSigningRequests, failed(request, fault, clock.now()), {}, signal);
        return done;
      }
      authority ??= loadAuthority();
      const signer = await authority;
      const validity = validityOf(expirationSeconds, { longest: duration, authorityEnd: signer.notAfter, now: clock.now() });
      const issued = btoa(await signer.sign(pem, usages, validity));
      await api.updateStatus(certificateSigningRequests, { ...request, status: { ...request.status, certificate: issued } }, {}, signal);
      return done;
    },
  });
}

function waitsForCertificate(request: CertificateSigningRequest): boolean {
  return !request.status?.certificate && isMarked(request, 'Approved') && !isMarked(request, 'Denied') && !isMarked(request, 'Failed');
}

function failed(request: CertificateSigningRequest, message: string, now: number): CertificateSigningRequest {
  const failure = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message, lastUpdateTime: formatTime(now) };
  return { ...request, status: { ...request.status, conditions: [...(request.status?.conditions ?? []), failure] } };
}
