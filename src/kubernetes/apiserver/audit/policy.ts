import { parse } from 'yaml';
import { z } from 'zod';
import { whileDoing } from '../../../base/errors.ts';

/** How much is written down about a request, least first. */
export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof LEVELS)[number];

export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof STAGES)[number];

const strings = z.array(z.string()).nullish();
const stages = z.array(z.enum(STAGES)).nullish();

const groupResources = z.strictObject({ group: z.string().default(''), resources: strings, resourceNames: strings });

const rule = z
  .strictObject({
    level: z.enum(LEVELS),
    users: strings,
    userGroups: strings,
    verbs: strings,
    resources: z.array(groupResources).nullish(),
    namespaces: strings,
    nonResourceURLs: strings,
    omitStages: stages,
    omitManagedFields: z.boolean().nullish(),
  })
  .refine(({ resources, namespaces, nonResourceURLs }) => !(nonResourceURLs?.length && (resources?.length || namespaces?.length)), {
    error: 'rules cannot apply to both regular resources and non-resource URLs',
  });

const policy = z.strictObject({
  apiVersion: z.literal('audit.k8s.io/v1'),
  kind: z.literal('Policy'),
  metadata: z.unknown().optional(),
  rules: z.array(rule).min(1),
  omitStages: stages,
  omitManagedFields: z.boolean().optional(),
});

/** What is written down about whom (audit.k8s.io/v1 Policy). */
export type AuditPolicy = z.infer<typeof policy>;
export type AuditRule = z.infer<typeof rule>;

/** Throws about the first fault of a policy file's text. */
export function parsePolicy(text: string): AuditPolicy {
  try {
    return policy.parse(parse(text));
  } catch (error) {
    throw whileDoing('reading the audit policy', error instanceof z.ZodError ? new Error(z.prettifyError(error)) : error);
  }
}
