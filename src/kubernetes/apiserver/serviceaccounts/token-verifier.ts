import type { UserInfo } from '../request.ts';
import { audiencesOf, SECRET_TOKEN_ISSUER } from './claims.ts';
import { hasValidSignature, type ParsedJwt, parseJwt } from './jwt.ts';
import type { VerificationKey } from './keys.ts';
import type { TokenValidator } from './token-validator.ts';

export interface TokenVerifierOptions {
  issuers: readonly string[];
  /** Audiences of this API server; a token must name one of those asked for. */
  audiences: readonly string[];
  keys: readonly VerificationKey[];
}

export interface VerifiedToken {
  user: UserInfo;
  /** Those of the asked audiences that the token is for. */
  audiences: string[];
}

const MAX_REMEMBERED = 10_000;

/**
 * Verifies service-account tokens. A signature never changes, so that it is checked once per token; the objects a
 * token is bound to are looked at every time, and a token dies with its pod at once.
 */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #validator: TokenValidator;
  readonly #signed = new Map<string, ParsedJwt>();

  constructor(options: TokenVerifierOptions, validator: TokenValidator) {
    this.#options = options;
    this.#validator = validator;
  }

  /** Undefined: not a token of ours. Throws when it is ours and no good. */
  verify(token: string, audiences: readonly string[] = this.#options.audiences): VerifiedToken | undefined {
    const jwt = this.#signed.get(token) ?? this.#checkSignature(token);
    if (!jwt) return undefined;
    const accepted = this.#acceptedAudiences(jwt, audiences);
    return { user: this.#validator.validate(jwt), audiences: accepted };
  }

  #checkSignature(token: string): ParsedJwt | undefined {
    const jwt = parseJwt(token);
    if (!jwt || !this.#isOurs(jwt)) return undefined;
    if (!hasValidSignature(jwt, this.#options.keys)) throw new Error('invalid bearer token');
    this.#remember(token, jwt);
    return jwt;
  }

  #isOurs(jwt: ParsedJwt): boolean {
    const issuer = jwt.claims.iss;
    return issuer === SECRET_TOKEN_ISSUER || this.#options.issuers.some((known) => known === issuer);
  }

  /** Forgets the oldest first: tokens are rotated, so that the oldest are the ones no longer in use. */
  #remember(token: string, jwt: ParsedJwt): void {
    const oldest = this.#signed.size >= MAX_REMEMBERED ? this.#signed.keys().next() : undefined;
    if (oldest && !oldest.done) this.#signed.delete(oldest.value);
    this.#signed.set(token, jwt);
  }

  /** Tokens without an audience, those in Secrets, are for the API server. */
  #acceptedAudiences(jwt: ParsedJwt, asked: readonly string[]): string[] {
    const named = audiencesOf(jwt.claims);
    const own = named.length > 0 ? named : this.#options.audiences;
    const accepted = asked.filter((audience) => own.includes(audience));
    if (accepted.length === 0) throw new Error(`token audiences ${format(own)} is invalid for the target audiences ${format(asked)}`);
    return accepted;
  }
}

/** As Go prints a list of strings with %q. */
function format(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}
