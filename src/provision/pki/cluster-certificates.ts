import { Authority, createSigningKey, type KeyPair } from './authority.ts';

/** What makes a cluster itself: kept by the app as long as the cluster lives, so that nodes can be added later. */
export interface ClusterAuthorities {
  ca: KeyPair;
  frontProxyCa: KeyPair;
  serviceAccount: { privateKey: string; publicKey: string };
}

/** Paths below `/etc/kubernetes/pki` to PEM texts, under kubeadm's names. */
export type PkiFiles = Record<string, string>;

export async function createAuthorities(): Promise<ClusterAuthorities> {
  const [ca, frontProxyCa, serviceAccount] = await Promise.all([
    Authority.create('kubernetes'),
    Authority.create('front-proxy-ca'),
    createSigningKey(),
  ]);
  return { ca: ca.pair, frontProxyCa: frontProxyCa.pair, serviceAccount };
}

export interface ControlPlaneNames {
  /** Node name of the control plane, also its host name. */
  nodeName: string;
  clusterDomain: string;
  /** First address of the service range. */
  serviceIP: string;
}

/** Names under which clients reach the API server. No container address among them: those change. */
function apiServerNames({ nodeName, clusterDomain }: ControlPlaneNames): string[] {
  return [
    nodeName,
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${clusterDomain}`,
    'host.docker.internal',
  ];
}

export async function controlPlanePki(authorities: ClusterAuthorities, names: ControlPlaneNames): Promise<PkiFiles> {
  const [ca, frontProxyCa] = await Promise.all([Authority.load(authorities.ca), Authority.load(authorities.frontProxyCa)]);
  const [apiServer, kubeletClient, frontProxyClient] = await Promise.all([
    ca.issue({
      commonName: 'kube-apiserver',
      usages: ['server'],
      dnsNames: apiServerNames(names),
      ipAddresses: ['127.0.0.1', '::1', names.serviceIP],
    }),
    ca.issue({ commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'], usages: ['client'] }),
    frontProxyCa.issue({ commonName: 'front-proxy-client', usages: ['client'] }),
  ]);
  return {
    'ca.crt': authorities.ca.cert,
    'ca.key': authorities.ca.key,
    'apiserver.crt': apiServer.cert,
    'apiserver.key': apiServer.key,
    'apiserver-kubelet-client.crt': kubeletClient.cert,
    'apiserver-kubelet-client.key': kubeletClient.key,
    'front-proxy-ca.crt': authorities.frontProxyCa.cert,
    'front-proxy-client.crt': frontProxyClient.cert,
    'front-proxy-client.key': frontProxyClient.key,
    'sa.key': authorities.serviceAccount.privateKey,
    'sa.pub': authorities.serviceAccount.publicKey,
  };
}

/** The kubelet's serving certificate is for the node's name: the API server connects by name. */
export async function nodePki(authorities: ClusterAuthorities, nodeName: string): Promise<PkiFiles> {
  const ca = await Authority.load(authorities.ca);
  const serving = await ca.issue({
    commonName: `system:node:${nodeName}`,
    organizations: ['system:nodes'],
    usages: ['server'],
    dnsNames: [nodeName, 'localhost'],
    ipAddresses: ['127.0.0.1'],
  });
  return { 'ca.crt': authorities.ca.cert, 'kubelet.crt': serving.cert, 'kubelet.key': serving.key };
}

/** Client identities of the components, each with the user and groups upstream gives it. */
export const identities = {
  admin: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
  scheduler: { commonName: 'system:kube-scheduler', organizations: [] },
  /** Watches everything and makes tokens; what controllers write, they write as their service accounts. */
  'controller-manager': { commonName: 'system:kube-controller-manager', organizations: [] },
  'kube-proxy': { commonName: 'system:kube-proxy', organizations: ['system:node-proxier'] },
  kubelet: (nodeName: string) => ({ commonName: `system:node:${nodeName}`, organizations: ['system:nodes'] }),
} as const;

export async function clientCertificate(
  authorities: ClusterAuthorities,
  identity: { commonName: string; organizations: readonly string[] },
): Promise<KeyPair> {
  const ca = await Authority.load(authorities.ca);
  return ca.issue({ ...identity, usages: ['client'] });
}
