import type { Service, ServicePort, ServiceSpec } from '../../api/generated/core-v1.ts';
import { internalError, invalid } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import { PortRefused } from './node-ports.ts';
import type { PortOperation } from './port-operation.ts';
import { isExternal, needsHealthCheckPort, needsNodePorts, nodePortsOf } from './service-needs.ts';

/** Node ports of a new service. The same port over TCP and UDP gets the same node port. */
export async function takePorts(service: Service, operation: PortOperation): Promise<void> {
  const spec = service.spec as ServiceSpec;
  if (isExternal(spec)) await takeSharedPorts(service, spec, operation);
  if (needsHealthCheckPort(spec)) await takeHealthCheckPort(spec, operation);
}

/** Node ports that a changed service newly needs; those it no longer needs are given back once it is stored. */
export async function updatePorts(service: Service, previous: ServiceSpec, operation: PortOperation): Promise<void> {
  const spec = service.spec as ServiceSpec;
  if (isExternal(spec)) {
    await takeNewPorts(service, spec, previous, operation);
    const kept = nodePortsOf(spec);
    operation.releaseLater(nodePortsOf(previous).filter((port) => !kept.includes(port)));
  } else if (isExternal(previous)) operation.releaseLater(nodePortsOf(previous));
  const [needed, needs] = [needsHealthCheckPort(previous), needsHealthCheckPort(spec)];
  if (!needed && needs) await takeHealthCheckPort(spec, operation);
  else if (needed && !needs && previous.healthCheckNodePort) operation.releaseLater([previous.healthCheckNodePort]);
}

async function takeSharedPorts(service: Service, spec: ServiceSpec, operation: PortOperation): Promise<void> {
  const chosen = new Map<number, number>();
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort && !needsNodePorts(spec)) continue;
    const shared = chosen.get(port.port);
    if (shared === undefined) {
      const named = spec.ports?.find((other) => other.port === port.port && other.nodePort)?.nodePort;
      port.nodePort = await takeOne(service, index, named, operation);
      chosen.set(port.port, port.nodePort);
    } else if (!port.nodePort) port.nodePort = shared;
    else if (port.nodePort !== shared) await takeOne(service, index, port.nodePort, operation);
  }
}

async function takeNewPorts(service: Service, spec: ServiceSpec, previous: ServiceSpec, operation: PortOperation): Promise<void> {
  const had = new Set(nodePortsOf(previous));
  const used = new Set<string>();
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort && !needsNodePorts(spec)) continue;
    if (!port.nodePort || !had.has(port.nodePort)) port.nodePort = await takeOne(service, index, port.nodePort, operation);
    had.add(port.nodePort);
    const use = asUsed(port);
    if (used.has(use)) throw internalError(`duplicate nodePort: ${use}`);
    used.add(use);
  }
}

const asUsed = ({ protocol = 'TCP', nodePort }: ServicePort): string => `{${protocol} ${nodePort}}`;

async function takeOne(service: Service, index: number, named: number | undefined, operation: PortOperation): Promise<number> {
  try {
    if (!named) return await operation.takeNext();
    await operation.take(named);
    return named;
  } catch (error) {
    if (!(error instanceof PortRefused)) throw error;
    if (!named) throw internalError(`failed to allocate a nodePort: ${error.message}`);
    const fault = invalidValue(`spec.ports[${index}].nodePort`, named, error.message);
    throw invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', [fault]);
  }
}

async function takeHealthCheckPort(spec: ServiceSpec, operation: PortOperation): Promise<void> {
  const named = spec.healthCheckNodePort;
  try {
    if (named) await operation.take(named);
    else spec.healthCheckNodePort = await operation.takeNext();
  } catch (error) {
    if (!(error instanceof PortRefused)) throw error;
    const what = named ? `requested HealthCheck NodePort ${named}` : 'a HealthCheck NodePort 0';
    throw internalError(`failed to allocate ${what}: ${error.message}`);
  }
}
