/** Everything Slipway makes in an Engine carries these, so that it is found again by name alone. */
export const CLUSTER_LABEL = 'dev.slipway.cluster';
export const NODE_LABEL = 'dev.slipway.node';
export const ROLE_LABEL = 'dev.slipway.role';

export const ofCluster = (cluster: string) => ({ label: [`${CLUSTER_LABEL}=${cluster}`] });
export const ofAnyCluster = () => ({ label: [CLUSTER_LABEL] });

export const networkName = (cluster: string) => `slipway-${cluster}`;
export const containerName = (nodeName: string) => `slipway-${nodeName}`;
export const volumeName = (nodeName: string) => `slipway-${nodeName}-var`;
