import { request } from 'node:https';
import type { ComponentStatus } from '../../api/generated/core-v1.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ObservedResource } from '../extensions.ts';

/** Where the components of a control plane say that they are well, on the machine of the server. */
const PORTS: Readonly<Record<string, number>> = { 'controller-manager': 10257, scheduler: 10259 };
const STORAGE = 'etcd-0';
const PATIENCE_MS = 20_000;
/** A key that is never written: reading it proves that storage answers. */
const PROBE_KEY = '/health';

interface Health {
  /** As conditions have it: Unknown where the question itself went wrong. */
  readonly status: 'True' | 'False' | 'Unknown';
  readonly message: string;
  readonly error?: string;
}

/** The components next to this server, and its storage, each asked when somebody wants to know. */
export function componentStatuses(storage: Storage): ObservedResource {
  return {
    group: '',
    plural: 'componentstatuses',
    names: () => [...Object.keys(PORTS), STORAGE],
    observe: async (name) => statusOf(name, await (name === STORAGE ? healthOfStorage(storage) : healthAt(PORTS[name] as number))),
  };
}

function statusOf(name: string, health: Health): ComponentStatus {
  return { metadata: { name }, conditions: [{ type: 'Healthy', ...health }] };
}

async function healthOfStorage(storage: Storage): Promise<Health> {
  try {
    await storage.get(PROBE_KEY);
    return { status: 'True', message: 'ok' };
  } catch (error) {
    return { status: 'Unknown', message: '', error: (error as Error).message };
  }
}

/** Components have certificates that they made themselves, which nobody else can check. */
function healthAt(port: number): Promise<Health> {
  const url = `https://127.0.0.1:${port}/healthz`;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const asked = request(url, { rejectUnauthorized: false, agent: false, signal }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve(healthFrom(answer.statusCode ?? 0, text)));
      answer.on('error', (error) => resolve(unreachable(url, error)));
    });
    asked.on('error', (error) => resolve(unreachable(url, error))).end();
  });
}

function healthFrom(code: number, text: string): Health {
  if (code >= 200 && code < 400) return { status: 'True', message: text };
  return { status: 'False', message: `HTTP probe failed with statuscode: ${code}` };
}

function unreachable(url: string, error: NodeJS.ErrnoException): Health {
  const { host } = new URL(url);
  const why = error.code === 'ECONNREFUSED' ? `dial tcp ${host}: connect: connection refused` : error.message;
  return { status: 'False', message: `Get "${url}": ${why}` };
}
