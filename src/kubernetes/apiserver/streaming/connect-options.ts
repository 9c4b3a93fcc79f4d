import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { admit } from '../admission/admit.ts';
import { isTrue } from '../http/request-info.ts';
import type { RequestContext } from '../request.ts';
import type { AdmissionChain } from '../writes/admission-chain.ts';

const STREAMS = ['stdin', 'stdout', 'stderr', 'tty'];

/** Admission of a connection to an object, which sees what the query asks for as an object of `kind`. */
export function admitConnect(admission: AdmissionChain, resource: ResourceType, kind: string, context: RequestContext): Promise<void> {
  const object = connectOptions(kind, context) as unknown as KubeObject;
  return admit(admission, { operation: 'CONNECT', resource, context, object, kind: { group: '', version: 'v1', kind } });
}

function connectOptions(kind: string, { query, info }: RequestContext): object {
  switch (kind) {
    case 'PodExecOptions':
    case 'PodAttachOptions': {
      const streams = STREAMS.filter((name) => isTrue(query.get(name))).map((name) => [name, true] as const);
      const container = query.get('container');
      const command = kind === 'PodExecOptions' ? query.getAll('command') : [];
      return { ...Object.fromEntries(streams), ...(container ? { container } : {}), ...(command.length > 0 ? { command } : {}) };
    }
    case 'PodPortForwardOptions': {
      const ports = query.getAll('ports').flatMap((text) => text.split(',').map(Number));
      return ports.length > 0 ? { ports } : {};
    }
    default:
      return info.parts.length > 0 ? { path: `/${info.parts.join('/')}` } : {};
  }
}
