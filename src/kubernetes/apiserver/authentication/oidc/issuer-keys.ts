import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { whileDoing } from '../../../../base/errors.ts';
import { httpsFetch } from '../../webhooks/https-fetch.ts';
import type { IssuerConfig } from './oidc-config.ts';

const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** The public keys of an issuer, found through its discovery document and fetched again when an unknown one is used. */
export class IssuerKeys {
  readonly #issuerUrl: string;
  readonly #discoveryUrl: string;
  readonly #ca: string | undefined;
  readonly #signal: AbortSignal;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor({ issuerUrl, discoveryUrl, ca }: IssuerConfig, signal: AbortSignal) {
    this.#issuerUrl = issuerUrl;
    this.#discoveryUrl = discoveryUrl ?? `${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`;
    this.#ca = ca;
    this.#signal = signal;
  }

  /** Discovery is tried anew until it has succeeded once: the issuer may well run in the cluster that it is to serve. */
  keys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover().catch((error) => {
      this.#keys = undefined;
      throw whileDoing('oidc: authenticator not initialized', error);
    });
    return this.#keys;
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const url = this.#discoveryUrl;
    const { code, body } = await this.#fetch(url);
    if (code !== 200) throw new Error(`fetching ${url}: the issuer answered with ${code}`);
    const document = discoveryDocument.parse(JSON.parse(body.toString()));
    if (document.issuer !== this.#issuerUrl) {
      throw new Error(`oidc: issuer did not match the issuer returned by provider, expected "${this.#issuerUrl}" got "${document.issuer}"`);
    }
    return createRemoteJWKSet(new URL(document.jwks_uri), {
      // A rotated key counts from its first token on.
      cooldownDuration: 0,
      [customFetch]: async (address) => {
        const answer = await this.#fetch(address);
        return new Response(new Uint8Array(answer.body), { status: answer.code });
      },
    });
  }

  #fetch(url: string) {
    return httpsFetch(url, { headers: { accept: 'application/json' }, signal: this.#signal, ...(this.#ca ? { ca: this.#ca } : {}) });
  }
}
