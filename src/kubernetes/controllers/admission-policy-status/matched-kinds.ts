import type { NamedRuleWithOperations, ValidatingAdmissionPolicy } from '../../api/generated/admissionregistration-v1.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import { isNotFound } from '../../machinery/status.ts';

export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** More than this many kinds of one rule are not looked at. */
const MAX_KINDS = 10;

/** The kinds that a policy names, sorted; wildcards and subresources name none. */
export async function kindsOf({ spec }: ValidatingAdmissionPolicy, api: ApiClient, signal: AbortSignal): Promise<Kind[]> {
  const found = new Map<string, Kind>();
  for (const rule of spec.matchConstraints?.resourceRules ?? []) {
    for (const kind of await kindsOfRule(rule, api, signal)) found.set(`${kind.group}/${kind.version}/${kind.kind}`, kind);
  }
  return [...found.keys()].sort().map((key) => found.get(key) as Kind);
}

async function kindsOfRule(rule: NamedRuleWithOperations, api: ApiClient, signal: AbortSignal): Promise<Kind[]> {
  const [groups, versions, resources] = [rule.apiGroups, rule.apiVersions, rule.resources].map(named) as [string[], string[], string[]];
  const found: Kind[] = [];
  for (const group of groups) {
    for (const version of versions) {
      const served = await servedAt({ group, version }, api, signal);
      for (const resource of resources) {
        const kind = served.get(resource);
        if (kind) found.push({ group, version, kind });
        if (found.length === MAX_KINDS) return found;
      }
    }
  }
  return found;
}

/** Nothing where a wildcard is among them: everything is too much to check. */
function named(values: readonly string[] = []): string[] {
  return values.includes('*') ? [] : values.filter((value) => !/[*/]/.test(value)).sort();
}

/** Kinds by resource. */
async function servedAt(at: { group: string; version: string }, api: ApiClient, signal: AbortSignal): Promise<Map<string, string>> {
  const root = at.group === '' ? '/api' : '/apis';
  try {
    const answer = await api.raw('GET', `${root}/${apiVersionOf(at)}`, {}, signal);
    const { resources = [] } = JSON.parse(answer) as { resources?: { name: string; kind: string }[] };
    return new Map(resources.map(({ name, kind }) => [name, kind]));
  } catch (error) {
    if (isNotFound(error)) return new Map();
    throw error;
  }
}
