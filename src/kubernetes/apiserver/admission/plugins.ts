import type { Authorizer } from '../authorization/authorizer.ts';
import type { RuleResolver } from '../authorization/rbac/rule-resolver.ts';
import type { ApiServerConfig } from '../config.ts';
import type { ServerCore } from '../extensions.ts';
import type { BackendClient } from '../streaming/backend.ts';
import type { AdmissionPlugin } from './admission.ts';
import { CertificateApproval, CertificateSigning } from './certificates/approval.ts';
import { certificateSubjectRestriction } from './certificates/subject-restriction.ts';
import { PersistentVolumeClaimResize } from './claim-resize.ts';
import { DefaultIngressClass, DefaultStorageClass } from './default-classes.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { LimitRanger } from './limit-ranger/limit-ranger.ts';
import { Matcher } from './matching/matcher.ts';
import { NamespaceLifecycle } from './namespace-lifecycle.ts';
import { NodeRestriction } from './node-restriction/node-restriction.ts';
import type { AdmissionObserver } from './observer.ts';
import { PodSecurity } from './pod-security/pod-security.ts';
import { PodTopologyLabels } from './pod-topology-labels.ts';
import { MutatingAdmissionPolicyPlugin } from './policies/mutating-policy.ts';
import { PolicyParams } from './policies/params.ts';
import { PolicyRequests } from './policies/policy-requests.ts';
import { ValidatingAdmissionPolicyPlugin } from './policies/validating-policy.ts';
import { PriorityAdmission } from './priority.ts';
import { RbacEscalation } from './rbac-escalation.ts';
import { ResourceClaimStatusRights } from './resource-claim-status.ts';
import { ResourceQuotaAdmission } from './resource-quota/resource-quota.ts';
import { RuntimeClassAdmission } from './runtime-class.ts';
import { ServiceAccountAdmission } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';
import { WebhookClient } from './webhooks/client.ts';
import { MutatingAdmissionWebhook } from './webhooks/mutating.ts';
import { ValidatingAdmissionWebhook } from './webhooks/validating.ts';
import { WebhookMatcher } from './webhooks/webhook-matcher.ts';

/** What admission plugins need besides the server's core. */
export interface AdmissionParts {
  readonly authorizer: Authorizer;
  readonly resolver: RuleResolver;
  readonly client: BackendClient;
  readonly owned: DisposableStack;
  readonly observer: AdmissionObserver;
}

/** The admission plugins that are on, in upstream's order; then those that are part of how a kind is stored. */
export function admissionPlugins(core: ServerCore, { authorizer, resolver, client, owned, observer }: AdmissionParts): AdmissionPlugin[] {
  const { config, store, clock, kinds, registry, log } = core;
  const matcher = new Matcher(store, kinds);
  const webhookMatcher = new WebhookMatcher(matcher, authorizer, observer);
  const webhooks = { store, matcher: webhookMatcher, client: new WebhookClient(store, client, clock), log, observer };
  const requests = new PolicyRequests(matcher, new PolicyParams(kinds, registry), store);
  const policies = { store, requests, authorizer, observer };
  const optional: AdmissionPlugin[] = [
    new NamespaceLifecycle(store),
    new LimitRanger(store),
    new ServiceAccountAdmission(store, clock),
    new NodeRestriction(store),
    taintNodesByCondition,
    new PodSecurity(store),
    new PriorityAdmission(store),
    defaultTolerationSeconds,
    new DefaultStorageClass(store),
    storageObjectInUseProtection,
    new PersistentVolumeClaimResize(store),
    new RuntimeClassAdmission(store),
    new CertificateApproval(authorizer),
    new CertificateSigning(authorizer),
    certificateSubjectRestriction,
    new DefaultIngressClass(store),
    new PodTopologyLabels(store),
    new MutatingAdmissionPolicyPlugin(policies, owned),
    new MutatingAdmissionWebhook(webhooks, owned),
  ];
  // After what belongs to the kinds, so that they see what will be stored; the quota last, so that nothing is charged that another refuses.
  const late: AdmissionPlugin[] = [
    new ValidatingAdmissionPolicyPlugin(policies, owned),
    new ValidatingAdmissionWebhook(webhooks, owned),
    new ResourceQuotaAdmission(store, clock),
  ];
  checkNames(config, [...optional, ...late]);
  return [
    ...optional.filter(({ name }) => isOn(name, config)),
    new RbacEscalation(resolver, authorizer),
    new ResourceClaimStatusRights(authorizer),
    ...late.filter(({ name }) => isOn(name, config)),
  ];
}

/** NodeRestriction is on where nodes are: the Node authorizer relies on it for what it cannot see. */
function isOn(name: string, { enableAdmissionPlugins, disableAdmissionPlugins, authorizationModes }: ApiServerConfig): boolean {
  if (disableAdmissionPlugins.includes(name)) return false;
  return name !== 'NodeRestriction' || enableAdmissionPlugins.includes(name) || authorizationModes.includes('Node');
}

/** Plugins of upstream that have nothing to do here yet: switching them off is no mistake. */
const WITHOUT_WORK = new Set(['ClusterTrustBundleAttest', 'OwnerReferencesPermissionEnforcement']);

function checkNames({ enableAdmissionPlugins, disableAdmissionPlugins }: ApiServerConfig, plugins: readonly AdmissionPlugin[]): void {
  const known = new Set(plugins.map(({ name }) => name));
  const wrong =
    enableAdmissionPlugins.find((name) => !known.has(name)) ??
    disableAdmissionPlugins.find((name) => !known.has(name) && !WITHOUT_WORK.has(name));
  if (wrong) throw new Error(`unknown admission plugin "${wrong}"; known are ${[...known].join(', ')}`);
}
