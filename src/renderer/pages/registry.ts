import { configMapsView } from './config/config-maps.tsx';
import { secretsView } from './config/secrets.tsx';
import { serviceAccountsView } from './config/service-accounts.tsx';
import { persistentVolumeClaimsView, persistentVolumesView } from './config/volumes.tsx';
import { eventsView } from './events/events.tsx';
import { endpointSlicesView } from './network/endpoint-slices.tsx';
import { ingressesView, networkPoliciesView } from './network/ingresses.tsx';
import { servicesView } from './network/services.tsx';
import { namespacesView } from './nodes/namespaces.tsx';
import { nodesView } from './nodes/nodes.tsx';
import type { KindView } from './view.ts';
import { cronJobsView } from './workloads/cron-jobs.tsx';
import { daemonSetsView } from './workloads/daemon-sets.tsx';
import { deploymentsView } from './workloads/deployments.tsx';
import { jobsView } from './workloads/jobs.tsx';
import { podsView } from './workloads/pods.tsx';
import { replicaSetsView } from './workloads/replica-sets.tsx';
import { statefulSetsView } from './workloads/stateful-sets.tsx';

/** Every list page, in the order of the navigation. */
export const VIEWS: readonly KindView[] = [
  nodesView,
  namespacesView,
  eventsView,
  podsView,
  deploymentsView,
  statefulSetsView,
  daemonSetsView,
  replicaSetsView,
  jobsView,
  cronJobsView,
  servicesView,
  endpointSlicesView,
  ingressesView,
  networkPoliciesView,
  configMapsView,
  secretsView,
  persistentVolumeClaimsView,
  persistentVolumesView,
  serviceAccountsView,
];
