import type { CriClient } from '../cri/cri-client.ts';
import { criErrorText } from '../cri/cri-client.ts';

/** What the runtime says of itself. */
export interface RuntimeHealth {
  problems: string[];
  networkReady: boolean;
  handlers: { name: string; recursiveReadOnlyMounts: boolean; userNamespaces: boolean }[];
}

export async function runtimeHealth(cri: CriClient): Promise<RuntimeHealth> {
  try {
    const { status, runtimeHandlers } = await cri.call('Status', {}, { timeout: 10_000 });
    const condition = (name: string) => status?.conditions.find(({ type }) => type === name);
    const runtime = condition('RuntimeReady');
    const network = condition('NetworkReady');
    const problems = [
      ...(runtime?.status
        ? []
        : [`container runtime not ready: RuntimeReady=false reason:${runtime?.reason ?? ''} message:${runtime?.message ?? ''}`]),
      ...(network?.status
        ? []
        : [`container runtime network not ready: NetworkReady=false reason:${network?.reason ?? ''} message:${network?.message ?? ''}`]),
    ];
    const handlers = runtimeHandlers.map(({ name, features }) => ({
      name,
      recursiveReadOnlyMounts: features?.recursiveReadOnlyMounts ?? false,
      userNamespaces: features?.userNamespaces ?? false,
    }));
    return { problems, networkReady: network?.status ?? false, handlers };
  } catch (error) {
    return { problems: [`container runtime is down: ${criErrorText(error)}`], networkReady: false, handlers: [] };
  }
}
