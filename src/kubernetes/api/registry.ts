import type { KubeObject } from '../machinery/meta.ts';
import { mutatingAdmissionPolicies, validatingAdmissionPolicies } from './admissionregistration/policies.ts';
import { mutatingAdmissionPolicyBindings, validatingAdmissionPolicyBindings } from './admissionregistration/policy-bindings.ts';
import { mutatingWebhookConfigurations, validatingWebhookConfigurations } from './admissionregistration/webhook-configurations.ts';
import { customResourceDefinitions } from './apiextensions/custom-resource-definition.ts';
import { apiServices } from './apiregistration/api-service.ts';
import { controllerRevisions } from './apps/controller-revision.ts';
import { daemonSets } from './apps/daemon-set.ts';
import { deployments } from './apps/deployment.ts';
import { replicaSets } from './apps/replica-set.ts';
import { statefulSets } from './apps/stateful-set.ts';
import { horizontalPodAutoscalers } from './autoscaling/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalersV1 } from './autoscaling/horizontal-pod-autoscaler-v1.ts';
import { cronJobs } from './batch/cron-job.ts';
import { jobs } from './batch/job.ts';
import { certificateSigningRequests } from './certificates/certificate-signing-request.ts';
import { leases } from './coordination/lease.ts';
import { componentStatuses } from './core/component-status.ts';
import { configMaps } from './core/config-map.ts';
import { endpoints } from './core/endpoints.ts';
import { events } from './core/event.ts';
import { limitRanges } from './core/limit-range.ts';
import { namespaces } from './core/namespace.ts';
import { nodes } from './core/node.ts';
import { persistentVolumes } from './core/persistent-volume.ts';
import { persistentVolumeClaims } from './core/persistent-volume-claim.ts';
import { pods } from './core/pod.ts';
import { podTemplates } from './core/pod-template.ts';
import { replicationControllers } from './core/replication-controller.ts';
import { resourceQuotas } from './core/resource-quota.ts';
import { secrets } from './core/secret.ts';
import { services } from './core/service.ts';
import { serviceAccounts } from './core/service-account.ts';
import type { ResourceDefinition } from './define.ts';
import { endpointSlices } from './discovery/endpoint-slice.ts';
import { events as eventsV1 } from './events/event.ts';
import { flowSchemas } from './flowcontrol/flow-schema.ts';
import { priorityLevelConfigurations } from './flowcontrol/priority-level-configuration.ts';
import { ingresses } from './networking/ingress.ts';
import { ingressClasses } from './networking/ingress-class.ts';
import { ipAddresses } from './networking/ip-address.ts';
import { networkPolicies } from './networking/network-policy.ts';
import { serviceCidrs } from './networking/service-cidr.ts';
import { runtimeClasses } from './node/runtime-class.ts';
import { podDisruptionBudgets } from './policy/pod-disruption-budget.ts';
import { clusterRoleBindings, roleBindings } from './rbac/role-bindings.ts';
import { clusterRoles, roles } from './rbac/roles.ts';
import { deviceClasses } from './resource/device-class.ts';
import { resourceClaims } from './resource/resource-claim.ts';
import { resourceClaimTemplates } from './resource/resource-claim-template.ts';
import { resourceSlices } from './resource/resource-slice.ts';
import { priorityClasses } from './scheduling/priority-class.ts';
import { csiDrivers } from './storage/csi-driver.ts';
import { csiNodes } from './storage/csi-node.ts';
import { csiStorageCapacities } from './storage/csi-storage-capacity.ts';
import { storageClasses } from './storage/storage-class.ts';
import { volumeAttachments } from './storage/volume-attachment.ts';
import { volumeAttributesClasses } from './storage/volume-attributes-class.ts';

/** A definition whose object type is not looked at; every entry is checked against its own type where it is defined. */
const served = <T extends KubeObject>(definition: ResourceDefinition<T>): ResourceDefinition => definition as unknown as ResourceDefinition;

/** Every kind the API server stores and serves, in the order in which discovery lists them. */
export const definitions: readonly ResourceDefinition[] = [
  served(componentStatuses),
  served(configMaps),
  served(endpoints),
  served(events),
  served(limitRanges),
  served(namespaces),
  served(nodes),
  served(persistentVolumeClaims),
  served(persistentVolumes),
  served(pods),
  served(podTemplates),
  served(replicationControllers),
  served(resourceQuotas),
  served(secrets),
  served(serviceAccounts),
  served(services),
  served(apiServices),
  served(controllerRevisions),
  served(daemonSets),
  served(deployments),
  served(replicaSets),
  served(statefulSets),
  served(horizontalPodAutoscalers),
  served(horizontalPodAutoscalersV1),
  served(cronJobs),
  served(jobs),
  served(certificateSigningRequests),
  served(ingressClasses),
  served(ingresses),
  served(ipAddresses),
  served(networkPolicies),
  served(serviceCidrs),
  served(podDisruptionBudgets),
  served(clusterRoleBindings),
  served(clusterRoles),
  served(roleBindings),
  served(roles),
  served(mutatingAdmissionPolicies),
  served(mutatingAdmissionPolicyBindings),
  served(mutatingWebhookConfigurations),
  served(validatingAdmissionPolicies),
  served(validatingAdmissionPolicyBindings),
  served(validatingWebhookConfigurations),
  served(customResourceDefinitions),
  served(priorityClasses),
  served(runtimeClasses),
  served(csiDrivers),
  served(csiNodes),
  served(csiStorageCapacities),
  served(storageClasses),
  served(volumeAttachments),
  served(volumeAttributesClasses),
  served(leases),
  served(endpointSlices),
  served(eventsV1),
  served(deviceClasses),
  served(resourceClaims),
  served(resourceClaimTemplates),
  served(resourceSlices),
  served(flowSchemas),
  served(priorityLevelConfigurations),
];
