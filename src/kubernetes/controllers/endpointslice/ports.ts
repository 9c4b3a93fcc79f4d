import type { Pod, Service, ServicePort } from '../../api/generated/core-v1.ts';
import type { EndpointPort } from '../../api/generated/discovery-v1.ts';

/** The ports at which a pod serves a Service; a port whose name the pod does not have is left out. */
export function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const servicePort of service.spec?.ports ?? []) {
    const port = targetPort(servicePort, pod);
    if (port === undefined) continue;
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    ports.push({ name, protocol, port, ...(appProtocol ? { appProtocol } : {}) });
  }
  return ports;
}

function targetPort({ targetPort: target, port, protocol = 'TCP' }: ServicePort, { spec }: Pod): number | undefined {
  if (typeof target === 'number') return target === 0 ? port : target;
  if (!target) return port;
  if (/^\d+$/.test(target)) return Number(target);
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const container of [...spec.containers, ...sidecars]) {
    const found = container.ports?.find(({ name, protocol: its = 'TCP' }) => name === target && its === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
}

/** Endpoints with equal ports share a slice. */
export function portsKey(ports: readonly EndpointPort[]): string {
  const sorted = ports
    .map(({ name = '', protocol = 'TCP', port, appProtocol = '' }) => `${name}/${protocol}/${port}/${appProtocol}`)
    .sort();
  return sorted.join(',');
}
