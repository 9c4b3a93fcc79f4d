import type { Service, ServicePort } from '../../api/generated/core-v1.ts';

/** The Docker-links style variables of the services that were there before the container. */
export function serviceEnv(services: readonly Service[]): Map<string, string> {
  const env = new Map<string, string>();
  for (const service of services) {
    if (hasClusterIP(service)) addService(env, service);
  }
  return env;
}

export function hasClusterIP({ spec }: Service): boolean {
  return Boolean(spec.clusterIP && spec.clusterIP !== 'None');
}

const variable = (name: string) => name.toUpperCase().replaceAll('-', '_');

function addService(env: Map<string, string>, service: Service): void {
  const prefix = variable(service.metadata.name ?? '');
  const host = service.spec.clusterIP ?? '';
  const ports = service.spec.ports ?? [];
  const [first] = ports;
  if (!first) return;
  env.set(`${prefix}_SERVICE_HOST`, host);
  env.set(`${prefix}_SERVICE_PORT`, String(first.port));
  for (const port of ports) if (port.name) env.set(`${prefix}_SERVICE_PORT_${variable(port.name)}`, String(port.port));
  env.set(`${prefix}_PORT`, urlOf(first, host));
  for (const port of ports) addLink(env, prefix, host, port);
}

const urlOf = (port: ServicePort, host: string) => `${(port.protocol ?? 'TCP').toLowerCase()}://${joinHostPort(host, port.port)}`;
const joinHostPort = (host: string, port: number) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

function addLink(env: Map<string, string>, prefix: string, host: string, port: ServicePort): void {
  const protocol = port.protocol ?? 'TCP';
  const link = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
  env.set(link, urlOf(port, host));
  env.set(`${link}_PROTO`, protocol.toLowerCase());
  env.set(`${link}_PORT`, String(port.port));
  env.set(`${link}_ADDR`, host);
}
