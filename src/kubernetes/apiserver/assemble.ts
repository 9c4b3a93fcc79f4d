import { admissionPlugins } from './admission/plugins.ts';
import { aggregation } from './aggregation/aggregation.ts';
import { localServicesHook } from './aggregation/local-services.ts';
import { serviceRepairHook } from './allocators/repair.ts';
import { serviceAllocators } from './allocators/service-allocators.ts';
import { apiExtensions } from './apiextensions/apiextensions.ts';
import { authenticatorsFor, localTokenAuthenticators, remoteTokenAuthenticators } from './authentication/authenticators.ts';
import { impersonationFilter } from './authentication/impersonation.ts';
import { authorizersFor } from './authorization/authorizers.ts';
import { accessReviews } from './authorization/reviews/access-reviews.ts';
import { selfSubjectReviews, selfSubjectRulesReviews } from './authorization/reviews/self-reviews.ts';
import { unionAuthorizer } from './authorization/union.ts';
import { authenticationInfoHook } from './bootstrap/authentication-info.ts';
import { flowControlHook } from './bootstrap/flow-control.ts';
import { identityLeaseHook } from './bootstrap/identity-lease.ts';
import { kubernetesServiceHook } from './bootstrap/kubernetes-service.ts';
import { legacyTokenTrackingHook } from './bootstrap/legacy-token-tracking.ts';
import { namespacesHook } from './bootstrap/namespaces.ts';
import { priorityClassesHook } from './bootstrap/priority-classes.ts';
import { rbacHook } from './bootstrap/rbac.ts';
import { serviceNetworkHook } from './bootstrap/service-network.ts';
import type { ServerCore, ServerExtensions } from './extensions.ts';
import { danglingSchemasHook } from './fairness/dangling-schemas.ts';
import { componentStatuses } from './health/component-statuses.ts';
import { requestLog } from './http/request-log.ts';
import { AdmissionMetrics } from './metrics/admission-metrics.ts';
import { ConversionMetrics } from './metrics/conversion-metrics.ts';
import { tokenApi, tokenVerifierFor } from './serviceaccounts/service-account-tokens.ts';
import { BackendClient } from './streaming/backend.ts';
import { Kubelets } from './streaming/kubelets.ts';
import { objectProxies } from './streaming/object-proxies.ts';
import { podLog } from './streaming/pod-log.ts';
import { podStreams, type StreamingParts } from './streaming/pod-streams.ts';
import { AdmissionChain } from './writes/admission-chain.ts';

/** Everything that plugs into the API server, in the order it is asked: the one place to look for what is on. */
export function assemble(core: ServerCore): ServerExtensions {
  const owned = new DisposableStack();
  core.signal.addEventListener('abort', () => owned.dispose(), { once: true });

  const { authorizers, resolver } = authorizersFor(core, owned);
  const authorizer = unionAuthorizer(authorizers);
  const localTokens = localTokenAuthenticators(core);
  const remoteTokens = remoteTokenAuthenticators(core);
  const verifier = tokenVerifierFor(core);
  const allocators = serviceAllocators(core, owned);
  const client = owned.use(new BackendClient());
  const observer = new AdmissionMetrics();
  const admission = admissionPlugins(core, { authorizer, resolver, client, owned, observer });
  const unstoredAdmission = new AdmissionChain();
  unstoredAdmission.use(admission, observer);
  const streaming: StreamingParts = {
    store: core.store,
    kubelets: new Kubelets(core.store, core.config.kubelet),
    client,
    admission: unstoredAdmission,
  };
  const aggregated = aggregation(core, client);
  const conversions = new ConversionMetrics();
  const extended = apiExtensions(core, client, conversions);
  const tokens = tokenApi(core, verifier, [...localTokens, ...remoteTokens], unstoredAdmission);

  const virtualResources = [...tokens.resources, selfSubjectReviews, ...accessReviews(authorizer), selfSubjectRulesReviews(authorizer)];

  return {
    authenticators: authenticatorsFor(core, verifier, localTokens, remoteTokens),
    authorizers,
    filters: [impersonationFilter(authorizer)],
    admission,
    admissionMetrics: observer,
    metrics: [observer, conversions],
    subresources: [podLog(streaming), ...podStreams(streaming), ...objectProxies(streaming)],
    virtualResources,
    observedResources: [componentStatuses(core.storage)],
    handlers: [tokens.discovery, aggregated.handler],
    observers: [requestLog(core.log, core.config.logRequests ?? false)],
    remoteGroups: aggregated.groups,
    openApi: extended.openApi,
    remoteOpenApi: aggregated.openApi,
    startHooks: [
      namespacesHook,
      authenticationInfoHook,
      identityLeaseHook,
      legacyTokenTrackingHook,
      serviceNetworkHook,
      serviceRepairHook(allocators, owned),
      rbacHook,
      priorityClassesHook,
      flowControlHook,
      kubernetesServiceHook,
      localServicesHook([...core.definitions, ...virtualResources]),
      aggregated.hook,
      extended.hook,
      danglingSchemasHook(owned),
    ],
  };
}
