import type { ResourceType } from '../machinery/resource.ts';
import { groupResource } from '../machinery/resource.ts';
import { admissionPolicyStatusController } from './admission-policy-status/controller.ts';
import { certificateApprovingController } from './certificates/approving.ts';
import { certificateCleaner } from './certificates/cleaner.ts';
import { type ClusterSigning, certificateSigningController } from './certificates/signing.ts';
import { clusterRoleAggregationController } from './clusterrole-aggregation/controller.ts';
import { cronJobController } from './cronjob/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { endpointSliceMirroringController } from './endpointslice-mirroring/controller.ts';
import type { ControllerDefinition } from './framework/controller.ts';
import { typesOf } from './framework/run-controller.ts';
import { horizontalPodAutoscalerController } from './horizontal-pod-autoscaler/controller.ts';
import { jobController } from './job/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeIpamController } from './node-ipam/controller.ts';
import { nodeLifecycleController } from './node-lifecycle/controller.ts';
import { podGcController } from './pod-gc/controller.ts';
import { replicaSetController, replicationController } from './replicaset/controller.ts';
import { claimReleaseController } from './resource-claim/claims.ts';
import { podClaimController } from './resource-claim/pods.ts';
import { resourceQuotaController } from './resourcequota/controller.ts';
import { rootCaPublisher } from './root-ca-publisher/controller.ts';
import { serviceCidrController } from './service-cidr/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';
import { serviceAccountTokenController } from './serviceaccount-token/controller.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { taintEvictionController } from './taint-eviction/controller.ts';
import { ttlAfterFinishedController } from './ttl-after-finished/controller.ts';
import { claimBindingController } from './volume-binding/claims.ts';
import { volumePhaseController } from './volume-binding/volumes.ts';
import { attributesClassProtectionController } from './volume-protection/attributes-classes.ts';
import { claimProtectionController } from './volume-protection/claims.ts';
import { volumeProtectionController } from './volume-protection/volumes.ts';

export interface ControllerOptions {
  /** Pod addresses; nodes get no part of them where absent. */
  clusterCidrs?: readonly string[];
  nodeCidrMaskSize?: number;
  /** PEM of the authority that signed the API server's certificate. */
  rootCa?: string;
  /** PEM of the key that signs service account tokens; with it and `rootCa`, token Secrets are filled. */
  serviceAccountKey?: string;
  nodeMonitorGracePeriod?: number;
  /** What certificate signing requests are signed with; absent, nobody signs them. */
  clusterSigning?: ClusterSigning;
}

/** Every controller there is, as configured. */
export function allControllers({
  clusterCidrs = [],
  nodeCidrMaskSize,
  rootCa,
  serviceAccountKey,
  nodeMonitorGracePeriod,
  clusterSigning,
}: ControllerOptions): ControllerDefinition[] {
  return [
    namespaceController,
    serviceAccountController,
    ...(rootCa ? [rootCaPublisher(rootCa)] : []),
    ...(rootCa && serviceAccountKey ? [serviceAccountTokenController({ privateKey: serviceAccountKey, rootCa })] : []),
    ...(clusterCidrs.length > 0 ? [nodeIpamController({ clusterCidrs, maskSize: nodeCidrMaskSize })] : []),
    nodeLifecycleController({ gracePeriod: nodeMonitorGracePeriod }),
    taintEvictionController(),
    replicaSetController,
    replicationController,
    deploymentController,
    daemonSetController,
    statefulSetController,
    jobController(),
    cronJobController,
    ttlAfterFinishedController,
    horizontalPodAutoscalerController(),
    endpointSliceController,
    endpointSliceMirroringController,
    endpointsController,
    disruptionController,
    podGcController(),
    claimBindingController,
    volumePhaseController,
    claimProtectionController,
    volumeProtectionController,
    attributesClassProtectionController,
    ...(clusterSigning ? [certificateSigningController(clusterSigning)] : []),
    certificateApprovingController,
    certificateCleaner,
    podClaimController,
    claimReleaseController,
    clusterRoleAggregationController,
    serviceCidrController,
    resourceQuotaController(),
    admissionPolicyStatusController,
  ];
}

/** Those whose types the server has. */
export function runnable(controllers: readonly ControllerDefinition[], served: readonly ResourceType[]): ControllerDefinition[] {
  const names = new Set(served.map(groupResource));
  return controllers.filter((controller) => typesOf(controller).every((type) => names.has(groupResource(type))));
}
