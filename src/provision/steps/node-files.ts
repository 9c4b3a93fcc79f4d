import { renderKubeconfig } from '../kubeconfig/kubeconfig.ts';
import type { KeyPair } from '../pki/authority.ts';
import { clientCertificate, controlPlanePki, identities, nodePki, type PkiFiles } from '../pki/cluster-certificates.ts';
import { API_PORT, CLUSTER_NETWORK, type NodePlan } from '../plan.ts';
import type { MachineFile } from '../provider.ts';
import type { ClusterSecrets } from '../state/cluster-store.ts';

const PKI = '/etc/kubernetes/pki';
const secret = (content: string): MachineFile => ({ content, mode: 0o600 });
const open = (content: string): MachineFile => ({ content, mode: 0o644 });

const pkiFiles = (files: PkiFiles) =>
  Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`${PKI}/${name}`, name.endsWith('.key') ? secret(content) : open(content)]),
  );

/** Everything a node is given before it starts. */
export async function nodeFiles(node: NodePlan, { authorities, admin }: ClusterSecrets): Promise<Record<string, MachineFile>> {
  const { apiServer } = node.config;
  const kubeconfig = (client: KeyPair, server = apiServer) =>
    secret(renderKubeconfig({ name: node.config.clusterName, server, ca: authorities.ca.cert, client }));
  const [kubelet, proxy, pki] = await Promise.all([
    clientCertificate(authorities, identities.kubelet(node.name)),
    clientCertificate(authorities, identities['kube-proxy']),
    nodePki(authorities, node.name),
  ]);
  const everyNode = {
    '/etc/slipway/node.json': open(`${JSON.stringify(node.config, null, 2)}\n`),
    '/etc/kubernetes/kubelet.conf': kubeconfig(kubelet),
    '/etc/kubernetes/kube-proxy.conf': kubeconfig(proxy),
    ...pkiFiles(pki),
  };
  if (node.role === 'worker') return everyNode;

  const local = `https://127.0.0.1:${API_PORT}`;
  const [controlPlane, scheduler, controllerManager] = await Promise.all([
    controlPlanePki(authorities, {
      nodeName: node.name,
      clusterDomain: CLUSTER_NETWORK.clusterDomain,
      serviceIP: CLUSTER_NETWORK.serviceIP,
    }),
    clientCertificate(authorities, identities.scheduler),
    clientCertificate(authorities, identities['controller-manager']),
  ]);
  return {
    ...everyNode,
    ...pkiFiles(controlPlane),
    '/etc/kubernetes/admin.conf': kubeconfig(admin, local),
    '/etc/kubernetes/scheduler.conf': kubeconfig(scheduler, local),
    '/etc/kubernetes/controller-manager.conf': kubeconfig(controllerManager, local),
  };
}
