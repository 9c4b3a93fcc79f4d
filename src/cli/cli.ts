import { Command, CommanderError } from 'commander';
import { describeError } from '../base/errors.ts';
import type { ClusterService } from '../ipc/cluster.ts';
import { localClusterService } from '../provision/local-service.ts';
import { stepPrinter } from './step-printer.ts';
import { table } from './table.ts';

const DEFAULT_CLUSTER = 'dev';

const wholeNumber = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN);

/** Runs one command line; returns the exit code. Cancels what it does on SIGINT and SIGTERM. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const cancel = new AbortController();
  const onSignal = () => cancel.abort(new Error('Cancelled.'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const program = new Command('slipway')
    .description('Real multi-node Kubernetes clusters on your machine')
    .exitOverride()
    .configureHelp({ sortSubcommands: true });
  addClusterCommands(program, localClusterService, cancel.signal);
  addOtherCommands(program, localClusterService, cancel.signal);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    console.error(`slipway: ${describeError(error)}`);
    return 1;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function addClusterCommands(program: Command, service: () => Promise<ClusterService>, signal: AbortSignal): void {
  const cluster = program.command('cluster').description('Create, delete, list, start and stop clusters');
  const options = () => ({ onStep: stepPrinter(process.stderr), signal });

  cluster
    .command('create')
    .description('Create a cluster and add its context to your kubeconfig')
    .argument('[name]', 'name of the cluster', DEFAULT_CLUSTER)
    .option('-w, --workers <count>', 'worker nodes beside the control plane, 0 to 20', wholeNumber, 2)
    .option('-p, --api-port <port>', 'port on 127.0.0.1 for the API server (default: a free one)', wholeNumber)
    .action(async (name: string, { workers, apiPort }: { workers: number; apiPort?: number }) => {
      const summary = await (await service()).create(
        { name, controlPlanes: 1, workers, ...(apiPort === undefined ? {} : { apiPort }) },
        options(),
      );
      console.log(
        `Cluster "${name}" is ready: ${summary.nodes.length} nodes, ${summary.apiServer}. Try: kubectl --context slipway-${name} get nodes`,
      );
    });

  const byName = {
    delete: 'Delete a cluster, its data and its kubeconfig context',
    start: 'Start a stopped cluster',
    stop: 'Stop a cluster and keep its data',
  };
  for (const [verb, description] of Object.entries(byName) as [keyof typeof byName, string][]) {
    cluster
      .command(verb)
      .description(description)
      .argument('[name]', 'name of the cluster', DEFAULT_CLUSTER)
      .action(async (name: string) => (await service())[verb](name, options()));
  }

  cluster
    .command('list')
    .alias('ls')
    .description('List clusters')
    .option('-o, --output <format>', 'table or json', 'table')
    .action(async ({ output }: { output: string }) => {
      const clusters = await (await service()).list();
      if (output === 'json') return console.log(JSON.stringify(clusters, null, 2));
      if (clusters.length === 0) return console.log('No clusters. Create one: slipway cluster create');
      const rows = clusters.map(({ name, state, nodes, apiServer, error }) => [
        name,
        state,
        String(nodes.length),
        apiServer ?? '',
        error ?? '',
      ]);
      console.log(table(['NAME', 'STATE', 'NODES', 'API SERVER', 'PROBLEM'], rows));
    });
}

function addOtherCommands(program: Command, service: () => Promise<ClusterService>, signal: AbortSignal): void {
  program
    .command('kubeconfig')
    .description("Print a cluster's kubeconfig")
    .argument('[name]', 'name of the cluster', DEFAULT_CLUSTER)
    .action(async (name: string) => {
      process.stdout.write(await (await service()).kubeconfig(name));
    });

  program
    .command('image')
    .description('Images of the nodes')
    .command('load')
    .description('Load an image of the local Docker Engine, or of a tar file, into all nodes')
    .argument('<source>', 'image reference or path of a tar file')
    .option('-n, --name <cluster>', 'name of the cluster', DEFAULT_CLUSTER)
    .action(async (source: string, { name }: { name: string }) => {
      await (await service()).loadImage(name, source, { onStep: stepPrinter(process.stderr), signal });
    });
}
