import { z } from 'zod';
import { strictDecode } from '../../configuration/strict-decode.ts';
import { secondsOf } from '../../flags.ts';

const text = z.string().default('');
/** Seconds; 0 is no duration, as in Go. */
const duration = (fallback: number) =>
  z
    .union([z.string(), z.number()])
    .nullish()
    .transform((given, context) => {
      if (given === null || given === undefined) return fallback;
      const negative = String(given).startsWith('-');
      try {
        return secondsOf(String(given).replace(/^-/, '').replace(/^0$/, '0s'), fallback) * (negative ? -1 : 1);
      } catch (error) {
        context.addIssue({ code: 'custom', message: `time: ${(error as Error).message}` });
        return z.NEVER;
      }
    });

const webhook = z.strictObject({
  authorizedTTL: duration(300),
  cacheAuthorizedRequests: z.boolean().default(true),
  unauthorizedTTL: duration(30),
  cacheUnauthorizedRequests: z.boolean().default(true),
  timeout: duration(0),
  subjectAccessReviewVersion: text,
  matchConditionSubjectAccessReviewVersion: text,
  failurePolicy: text,
  connectionInfo: z.strictObject({ type: text, kubeConfigFile: z.string().nullish() }).prefault({}),
  matchConditions: z
    .array(z.strictObject({ expression: text }))
    .nullish()
    .transform((given) => given ?? []),
});

const configuration = z.strictObject({
  apiVersion: z.enum(['apiserver.config.k8s.io/v1', 'apiserver.config.k8s.io/v1beta1', 'apiserver.config.k8s.io/v1alpha1']),
  kind: z.literal('AuthorizationConfiguration'),
  authorizers: z
    .array(z.strictObject({ type: text, name: text, webhook: webhook.nullish().transform((given) => given ?? undefined) }))
    .nullish()
    .transform((given) => given ?? []),
});

/** A server that is asked, about which requests, and what counts when it does not answer. */
export type WebhookSpec = z.infer<typeof webhook>;
/** One authorizer of the chain. */
export type AuthorizerSpec = z.infer<typeof configuration>['authorizers'][number];

/** The chain of `--authorization-config`, not yet validated. */
export function decodeAuthorizers(source: string): readonly AuthorizerSpec[] {
  return strictDecode(configuration, source).authorizers;
}
