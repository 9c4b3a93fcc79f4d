import { nodeRules } from '../bootstrap/rbac-policy.ts';
import type { ApiServerConfig, AuthorizationFile } from '../config.ts';
import { followFile } from '../configuration/watched-file.ts';
import type { ServerCore } from '../extensions.ts';
import type { Authorizer } from './authorizer.ts';
import { decisionCounts } from './decision-counts.ts';
import { NodeAuthorizer } from './node/node-authorizer.ts';
import { NodeGraph } from './node/node-graph.ts';
import { alwaysAllowAuthorizer, alwaysDenyAuthorizer, privilegedGroupsAuthorizer } from './privileged-groups.ts';
import { RbacAuthorizer } from './rbac/rbac-authorizer.ts';
import { RbacIndex } from './rbac/rbac-index.ts';
import { RuleResolver } from './rbac/rule-resolver.ts';
import { ConfiguredAuthorizers, loadAuthorizers } from './structured/configured-authorizers.ts';
import { AuthorizationWebhook, type AuthorizationWebhookConfig } from './webhook.ts';

export interface Authorization {
  authorizers: Authorizer[];
  /** RBAC's rules, for the checks against escalation. */
  resolver: RuleResolver;
}

/** The authorizers of `--authorization-mode`, in its order; system:masters comes before all of them. */
export function authorizersFor(core: ServerCore, owned: DisposableStack): Authorization {
  const { config, store, clock, signal } = core;
  const resolver = new RuleResolver(store, owned.use(new RbacIndex(store)));
  const graph = () => owned.use(new NodeGraph(store));
  const modes = new Map<string, () => Authorizer>([
    ['Node', () => new NodeAuthorizer(graph(), nodeRules())],
    ['RBAC', () => new RbacAuthorizer(resolver)],
    ['Webhook', () => new AuthorizationWebhook(webhookConfig(config), clock, signal)],
    ['AlwaysAllow', () => alwaysAllowAuthorizer],
    ['AlwaysDeny', () => alwaysDenyAuthorizer],
  ]);
  const make = (mode: string): Authorizer => {
    const known = modes.get(mode);
    if (!known) throw new Error(`unknown authorization mode "${mode}"; known are ${[...modes.keys()].join(', ')}`);
    return known();
  };
  const counted = decisionCounts(core.metrics);
  const chosen = config.authorization
    ? [configured(core, config.authorization, { make, counted }, owned)]
    : config.authorizationModes.map((mode) => counted(make(mode), mode, mode.toLowerCase()));
  return { authorizers: [privilegedGroupsAuthorizer, ...chosen], resolver };
}

function configured(
  { clock, log, signal }: ServerCore,
  { file, text, authorizers }: AuthorizationFile,
  makers: ConstructorParameters<typeof ConfiguredAuthorizers>[1],
  owned: DisposableStack,
): Authorizer {
  const chain = new ConfiguredAuthorizers(authorizers, makers, clock, signal);
  owned.use(followFile({ file, text, clock, log, apply: async (changed) => chain.use(await loadAuthorizers(changed)) }));
  return chain;
}

function webhookConfig({ authorizationWebhook }: ApiServerConfig): AuthorizationWebhookConfig {
  if (!authorizationWebhook) throw new Error("authorization-mode Webhook's authorization config file not passed");
  return authorizationWebhook;
}
