import { isStorageWorker, runStorageWorker } from '../storage/sqlite/worker.ts';
import type { Component } from './component.ts';

/** Every process of a node, by its name on the command line. Loaded on demand: an agent never parses the API server. */
const components: Record<string, () => Promise<{ run: Component }>> = {
  agent: () => import('./agent.ts'),
  controllers: () => import('./controllers.ts'),
  dns: () => import('./dns.ts'),
  'kube-apiserver': () => import('./kube-apiserver.ts'),
  'kube-controller-manager': () => import('./kube-controller-manager.ts'),
  'kube-proxy': () => import('./kube-proxy.ts'),
  'kube-scheduler': () => import('./kube-scheduler.ts'),
  insight: () => import('./insight.ts'),
  kubelet: () => import('./kubelet.ts'),
};

async function main([name = '', ...args]: string[]): Promise<void> {
  const load = Object.hasOwn(components, name) ? components[name] : undefined;
  if (!load) {
    console.error(`Usage: slipway-node COMPONENT [FLAGS]\nComponents: ${Object.keys(components).join(', ')}`);
    process.exit(name === '' || name === '--help' ? 0 : 2);
  }
  const [{ runAsProcess }, { run }] = await Promise.all([import('./component.ts'), load()]);
  await runAsProcess(name, run, args);
}

// The storage thread of the API server is started from the process's entry file, which in a bundle is this one.
if (isStorageWorker()) runStorageWorker();
else await main(process.argv.slice(2));
