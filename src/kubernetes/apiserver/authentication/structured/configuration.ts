import { z } from 'zod';
import { strictDecode, throwFaults } from '../../configuration/strict-decode.ts';
import { configurationFaults } from './configuration-rules.ts';

const text = z.string().default('');
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((given) => given ?? []);
const claimOrExpression = z.strictObject({ claim: text, prefix: z.string().optional(), expression: text });

const issuer = z.strictObject({
  url: text,
  discoveryURL: text,
  certificateAuthority: text,
  audiences: list(z.string()),
  audienceMatchPolicy: text,
  egressSelectorType: text,
});

const jwtAuthenticator = z.strictObject({
  issuer: issuer.prefault({}),
  claimValidationRules: list(z.strictObject({ claim: text, requiredValue: text, expression: text, message: text })),
  claimMappings: z
    .strictObject({
      username: claimOrExpression.prefault({}),
      groups: claimOrExpression.prefault({}),
      uid: z.strictObject({ claim: text, expression: text }).prefault({}),
      extra: list(z.strictObject({ key: text, valueExpression: text })),
    })
    .prefault({}),
  userValidationRules: list(z.strictObject({ expression: text, message: text })),
});

const configuration = z.strictObject({
  apiVersion: z.enum(['apiserver.config.k8s.io/v1', 'apiserver.config.k8s.io/v1beta1', 'apiserver.config.k8s.io/v1alpha1']),
  kind: z.literal('AuthenticationConfiguration'),
  jwt: list(jwtAuthenticator),
  anonymous: z
    .strictObject({ enabled: z.boolean().default(false), conditions: list(z.strictObject({ path: text })) })
    .nullish()
    .transform((given) => given ?? undefined),
});

/** An issuer of tokens, which of them are believed, and whom they stand for. */
export type JwtAuthenticatorSpec = z.infer<typeof jwtAuthenticator>;
export type ClaimOrExpression = z.infer<typeof claimOrExpression>;
/** Who may come in: `--authentication-config`. */
export type AuthenticationConfiguration = Omit<z.infer<typeof configuration>, 'apiVersion' | 'kind'>;
export type AnonymousSpec = NonNullable<AuthenticationConfiguration['anonymous']>;

/** Throws about the faults of a file's text. Issuers of this server's own tokens may not be named. */
export function parseAuthenticationConfiguration(source: string, disallowedIssuers: readonly string[]): AuthenticationConfiguration {
  const { jwt, anonymous } = strictDecode(configuration, source);
  const parsed = { jwt, anonymous };
  throwFaults(configurationFaults(parsed, disallowedIssuers));
  return parsed;
}
