import type { Service, ServiceSpec } from '../../api/generated/core-v1.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import { keyOf } from '../../machinery/meta.ts';
import { invalid } from '../../machinery/status.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission/admission.ts';
import type { ClusterIpAllocator } from './cluster-ips.ts';
import type { NodePortAllocator } from './node-ports.ts';
import { isHeadless, needsClusterIp, needsHealthCheckPort, needsNodePorts } from './service-needs.ts';
import { dropUnneeded, keepAllocated, normalizeClusterIps } from './service-update.ts';

/**
 * Gives services addresses, families and ports. Upstream does this where services are stored; here it is an
 * admission plugin that cannot be switched off.
 */
export class ServiceAllocation implements AdmissionPlugin {
  readonly name = 'ServiceAllocation';
  readonly #addresses: ClusterIpAllocator;
  readonly #ports: NodePortAllocator;

  constructor(addresses: ClusterIpAllocator, ports: NodePortAllocator) {
    this.#addresses = addresses;
    this.#ports = ports;
  }

  handles({ resource, subresource, operation }: AdmissionAttributes): boolean {
    return (
      resource.group === '' && resource.plural === 'services' && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE')
    );
  }

  mutate({ object, oldObject }: AdmissionAttributes): void {
    const next = object as Service;
    const previous = oldObject as Service | undefined;
    if (!next.spec) return;
    normalizeClusterIps(next.spec, previous?.spec);
    if (!previous?.spec) return;
    keepAllocated(next.spec, previous.spec);
    dropUnneeded(next, previous);
  }

  allocate(attributes: AdmissionAttributes): void {
    const service = attributes.object as Service;
    if (!service.spec) return;
    const task: Task = { service, spec: service.spec, owner: keyOf(service), dryRun: attributes.dryRun };
    try {
      this.#allocateAll(task, (attributes.oldObject as Service | undefined)?.spec);
    } catch (error) {
      this.#addresses.release(task.owner);
      this.#ports.release(task.owner);
      throw error;
    }
  }

  #allocateAll(task: Task, previous: ServiceSpec | undefined): void {
    if (needsClusterIp(task.spec)) {
      chooseFamilies(task);
      this.#allocateAddress(task, previous);
    }
    this.#allocatePorts(task);
    if (needsHealthCheckPort(task.spec)) this.#allocateHealthCheckPort(task);
  }

  #allocateAddress({ service, spec, owner, dryRun }: Task, previous: ServiceSpec | undefined): void {
    if (isHeadless(spec)) {
      spec.clusterIP = 'None';
      spec.clusterIPs = ['None'];
      return;
    }
    const wanted = spec.clusterIPs?.[0] || spec.clusterIP;
    if (wanted && wanted === previous?.clusterIPs?.[0]) return;
    try {
      if (wanted) this.#addresses.take(wanted, owner, { dryRun });
      const address = wanted || this.#addresses.takeNext(owner, { dryRun });
      spec.clusterIP = address;
      spec.clusterIPs = [address];
    } catch (error) {
      const text = `failed to allocate IP ${wanted ?? ''}: ${(error as Error).message}`;
      throw fault(service, 'spec.clusterIPs', `Invalid value: ${JSON.stringify(spec.clusterIPs ?? [])}: ${text}`);
    }
  }

  #allocatePorts({ service, spec, owner, dryRun }: Task): void {
    const chosen = new Map<number, number>();
    const mine = new Set((spec.ports ?? []).flatMap((port) => port.nodePort || []));
    for (const [index, port] of (spec.ports ?? []).entries()) {
      // The same port over TCP and UDP gets the same node port.
      const shared = chosen.get(port.port) ?? spec.ports?.find((other) => other.port === port.port && other.nodePort)?.nodePort;
      if (!port.nodePort && !needsNodePorts(spec)) continue;
      const wanted = port.nodePort || shared;
      try {
        if (wanted) this.#ports.take(wanted, owner, { dryRun });
        port.nodePort = wanted || this.#ports.takeNext(owner, mine, { dryRun });
      } catch (error) {
        throw fault(service, `spec.ports[${index}].nodePort`, `Invalid value: ${wanted ?? 0}: ${(error as Error).message}`);
      }
      chosen.set(port.port, port.nodePort);
      mine.add(port.nodePort);
    }
  }

  #allocateHealthCheckPort({ service, spec, owner, dryRun }: Task): void {
    const wanted = spec.healthCheckNodePort;
    try {
      if (wanted) this.#ports.take(wanted, owner, { dryRun });
      else
        spec.healthCheckNodePort = this.#ports.takeNext(owner, new Set((spec.ports ?? []).flatMap((port) => port.nodePort || [])), {
          dryRun,
        });
    } catch (error) {
      throw fault(service, 'spec.healthCheckNodePort', `Invalid value: ${wanted ?? 0}: ${(error as Error).message}`);
    }
  }
}

interface Task {
  service: Service;
  spec: ServiceSpec;
  owner: string;
  dryRun: boolean;
}

/** The cluster has IPv4 alone; only headless services without a selector may still promise both families. */
function chooseFamilies({ service, spec }: Task): void {
  const selectorless = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;
  const faults: FieldError[] = [];
  if (!selectorless) {
    if (spec.ipFamilyPolicy === 'RequireDualStack')
      faults.push(invalidField('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
    const index = (spec.ipFamilies ?? []).indexOf('IPv6');
    if (index >= 0) faults.push(invalidField(`spec.ipFamilies[${index}]`, 'IPv6', 'not configured on this cluster'));
  }
  if (faults.length > 0) throw invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', faults);
  if (selectorless) {
    spec.ipFamilyPolicy ??= spec.ipFamilies?.length === 1 ? 'SingleStack' : 'RequireDualStack';
    if (!spec.ipFamilies?.length) spec.ipFamilies = spec.ipFamilyPolicy === 'SingleStack' ? ['IPv4'] : ['IPv4', 'IPv6'];
    return;
  }
  spec.ipFamilyPolicy ??= 'SingleStack';
  if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4'];
}

function invalidField(field: string, value: string, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

function fault(service: Service, field: string, message: string): Error {
  return invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', [{ type: 'FieldValueInvalid', field, message }]);
}
