import { type Flags, listOf } from '../../flags.ts';

/** Whose identity tokens are believed. */
export interface IssuerConfig {
  readonly issuerUrl: string;
  /** Where the discovery document is, if not below the issuer's URL. */
  readonly discoveryUrl?: string;
  /** A token has to be for one of them. */
  readonly audiences: readonly string[];
  /** Trusted for the issuer's certificate instead of the system's authorities. */
  readonly ca?: string;
  readonly signingAlgorithms: readonly string[];
}

/** An issuer, and how the claims of its tokens become a user. */
export interface OidcConfig extends IssuerConfig {
  readonly usernameClaim: string;
  /** Put before user names; empty: none. */
  readonly usernamePrefix: string;
  readonly groupsClaim?: string;
  readonly groupsPrefix: string;
  readonly requiredClaims: Readonly<Record<string, string>>;
}

export const ALL_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'];

/** Undefined where no issuer is named. */
export function oidcConfig(flags: Flags, ca: string | undefined): OidcConfig | undefined {
  const issuerUrl = flags['oidc-issuer-url'];
  const clientId = flags['oidc-client-id'];
  if (!issuerUrl && !clientId && !Object.keys(flags).some((name) => name.startsWith('oidc-'))) return undefined;
  if (!issuerUrl || !clientId) {
    throw new Error('oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set');
  }
  if (!issuerUrl.startsWith('https://')) throw new Error(`--oidc-issuer-url must be an https URL, not "${issuerUrl}"`);
  const usernameClaim = flags['oidc-username-claim'] || 'sub';
  return {
    issuerUrl,
    audiences: [clientId],
    usernameClaim,
    usernamePrefix: usernamePrefix(flags['oidc-username-prefix'] ?? '', usernameClaim, issuerUrl),
    ...(flags['oidc-groups-claim'] ? { groupsClaim: flags['oidc-groups-claim'] } : {}),
    groupsPrefix: flags['oidc-groups-prefix'] ?? '',
    requiredClaims: requiredClaims(listOf(flags['oidc-required-claim'])),
    ...(ca === undefined ? {} : { ca }),
    signingAlgorithms: algorithms(listOf(flags['oidc-signing-algs'])),
  };
}

/** Without a prefix, names other than e-mail addresses get the issuer's, so that they cannot be mistaken for the cluster's own. */
function usernamePrefix(asked: string, claim: string, issuerUrl: string): string {
  if (asked === '-') return '';
  return asked === '' && claim !== 'email' ? `${issuerUrl}#` : asked;
}

function requiredClaims(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const mark = pair.indexOf('=');
      if (mark < 1) throw new Error(`--oidc-required-claim must look like key=value, not "${pair}"`);
      return [pair.slice(0, mark), pair.slice(mark + 1)];
    }),
  );
}

function algorithms(asked: readonly string[]): readonly string[] {
  const wrong = asked.find((name) => !ALL_ALGORITHMS.includes(name));
  if (wrong) throw new Error(`--oidc-signing-algs: "${wrong}" is not one of ${ALL_ALGORITHMS.join(', ')}`);
  return asked.length > 0 ? asked : ['RS256'];
}
