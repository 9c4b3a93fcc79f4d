import { readFileSync } from 'node:fs';
import type { SecureClientSessionOptions } from 'node:http2';
import type { Clock } from '../../base/clock.ts';
import type { ClientConfig, Credential } from './client-config.ts';

/** Projected tokens are replaced long before they expire, so reading the file this often is enough. */
const TOKEN_LIFETIME = 60_000;

export function readCredential(credential: Credential | undefined): string | undefined {
  if (!credential) return undefined;
  return 'text' in credential ? credential.text : readFileSync(credential.file, 'utf8');
}

/** TLS options of a new connection; certificate files are read each time so that rotated ones take effect. */
export function tlsOptions(config: ClientConfig): SecureClientSessionOptions {
  return {
    ca: readCredential(config.certificateAuthority),
    cert: readCredential(config.clientCertificate),
    key: readCredential(config.clientKey),
    rejectUnauthorized: !config.insecureSkipTlsVerify,
    ...(config.tlsServerName ? { servername: config.tlsServerName } : {}),
  };
}

/** Where a client's bearer token comes from. */
export interface BearerTokens {
  /** The token to send now; undefined where the client has none. */
  current(): Promise<string | undefined> | string | undefined;
  /** The server refused the token. True where asking for another may help. */
  refused(): boolean;
}

/** The bearer token, read from its file again when it may have been rotated. */
export class TokenSource implements BearerTokens {
  readonly #credential: Credential | undefined;
  readonly #clock: Clock;
  #token: string | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(credential: Credential | undefined, clock: Clock) {
    this.#credential = credential;
    this.#clock = clock;
  }

  current(): string | undefined {
    if (this.#clock.now() - this.#readAt >= TOKEN_LIFETIME) {
      this.#token = readCredential(this.#credential)?.trim();
      this.#readAt = this.#clock.now();
    }
    return this.#token;
  }

  /** The file is read again the next time. */
  refused(): boolean {
    this.#readAt = Number.NEGATIVE_INFINITY;
    return this.#credential !== undefined && 'file' in this.#credential;
  }
}
