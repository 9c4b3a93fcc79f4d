import { sameJson } from '../../../machinery/patch/same-json.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { rejection } from '../rejection.ts';
import { isSigningRequest, maySign, requestsOf } from './signers.ts';

/** Who approves or denies a certificate must be allowed to for its signer. */
export class CertificateApproval implements AdmissionPlugin {
  readonly name = 'CertificateApproval';
  readonly #authorizer: Authorizer;

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === 'UPDATE' && isSigningRequest(attributes, 'approval');
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const { signerName } = requestsOf(attributes).next.spec;
    if (await maySign(this.#authorizer, attributes.user, 'approve', signerName)) return;
    throw rejection(attributes, `user not permitted to approve requests with signerName "${signerName}"`);
  }
}

/** Who writes a certificate must be allowed to sign for its signer. */
export class CertificateSigning implements AdmissionPlugin {
  readonly name = 'CertificateSigning';
  readonly #authorizer: Authorizer;

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === 'UPDATE' && isSigningRequest(attributes, 'status');
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const { next, previous } = requestsOf(attributes);
    const [after, before] = [next.status ?? {}, previous.status ?? {}];
    if (after.certificate === before.certificate && sameJson(after.conditions ?? [], before.conditions ?? [])) return;
    const { signerName } = previous.spec;
    if (await maySign(this.#authorizer, attributes.user, 'sign', signerName)) return;
    throw rejection(attributes, `user not permitted to sign requests with signerName "${signerName}"`);
  }
}
