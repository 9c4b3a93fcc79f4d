import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describeError } from '../base/errors.ts';
import {
  ClusterName,
  type ClusterService,
  ClusterSpec,
  type ClusterSummary,
  type EngineStatus,
  type OperationOptions,
  type ProvisionStep,
} from '../ipc/cluster.ts';
import type { ApiClient } from '../kubernetes/client/api-client.ts';
import { connect } from '../kubernetes/client/connect.ts';
import { freePort, portIsFree } from './free-port.ts';
import { type KubeconfigInput, renderKubeconfig } from './kubeconfig/kubeconfig.ts';
import { mergeContext, removeContext } from './kubeconfig/user-kubeconfig.ts';
import { Operations } from './operations.ts';
import { contextName, nodeNames, planNodes } from './plan.ts';
import type { MachineProvider, NodeImage } from './provider.ts';
import type { ClusterRecord, ClusterStore } from './state/cluster-store.ts';
import type { CreateContext } from './steps/create-context.ts';
import { createSteps } from './steps/create-steps.ts';
import { type LifecycleContext, type LoadImageContext, loadImageSteps, startSteps, stopSteps } from './steps/lifecycle-steps.ts';
import { runSteps, type Step, StepFailed } from './steps/step.ts';
import { summarize } from './summary.ts';

export interface ProvisionOptions {
  provider: MachineProvider;
  store: ClusterStore;
  image(): Promise<NodeImage>;
  /** Manifests applied to a new cluster: file name to YAML. */
  addOns: Readonly<Record<string, string>>;
  /** The user's kubeconfig; see `userKubeconfigPath`. */
  kubeconfigPath: string;
  /** No traffic leaves the cluster's network: tests. */
  sealed?: boolean;
}

/** Clusters of one provider, with their state below one home folder. */
export function createClusterService(options: ProvisionOptions): ClusterService {
  return new ProviderClusterService(options);
}

class ProviderClusterService implements ClusterService {
  readonly #options: ProvisionOptions;
  readonly #operations = new Operations();

  constructor(options: ProvisionOptions) {
    this.#options = options;
  }

  engine(): Promise<EngineStatus> {
    return this.#options.provider.check();
  }

  async list(): Promise<ClusterSummary[]> {
    const [records, machines] = await Promise.all([
      this.#options.store.list(),
      // A stopped engine hides no cluster: they are listed as stopped.
      this.#options.provider.listMachines().catch(() => []),
    ]);
    return summarize(records, machines, (name) => this.#operations.isRunning(name));
  }

  async create(input: ClusterSpec, { onStep = () => {}, signal: outer }: OperationOptions = {}): Promise<ClusterSummary> {
    const spec = parseSpec(input);
    return this.#operations.run(spec.name, 'creating it', outer, async (signal) => {
      const record = await this.#claim(spec);
      try {
        await this.#create(record, onStep, signal);
      } catch (error) {
        await this.#afterFailedCreate(record, error, signal, onStep);
        throw error;
      }
      const summary = (await this.list()).find(({ name }) => name === spec.name);
      return { ...summary!, state: 'running' };
    });
  }

  /** Writes the record that reserves name and port, or says in one sentence why it cannot. */
  async #claim(spec: ClusterSpec): Promise<ClusterRecord> {
    const { store, provider } = this.#options;
    const engine = await provider.check();
    if (!engine.available) throw new Error([engine.problem, engine.remedy].filter(Boolean).join(' '));
    const [records, machines] = await Promise.all([store.list(), provider.listMachines(spec.name)]);
    if (machines.length > 0 || records.some((record) => record.spec.name === spec.name)) {
      throw new Error(`A cluster named "${spec.name}" already exists. Choose another name, or delete it first.`);
    }
    if (spec.apiPort !== undefined && !(await portIsFree(spec.apiPort))) {
      throw new Error(`Port ${spec.apiPort} on 127.0.0.1 is already in use by another program. Choose another port.`);
    }
    const taken = new Set(records.map((record) => record.spec.apiPort));
    const apiPort = spec.apiPort ?? (await freePort(taken));
    const record: ClusterRecord = {
      spec: { ...spec, apiPort },
      phase: 'creating',
      createdAt: new Date().toISOString(),
      nodes: nodeNames(spec),
      pid: process.pid,
    };
    await store.put(record);
    return record;
  }

  async #create(record: ClusterRecord, onStep: (step: ProvisionStep) => void, signal: AbortSignal): Promise<void> {
    const { provider, store, image, addOns, sealed = false, kubeconfigPath } = this.#options;
    using connection = new LazyConnection(record.spec.name);
    const context: CreateContext = {
      spec: record.spec,
      nodes: planNodes(record.spec, { sealed }),
      sealed,
      provider,
      store,
      image: await image(),
      addOns,
      signal,
      secrets: undefined as unknown as CreateContext['secrets'],
      api: () => connection.open(this.#contextInput(record, context.secrets)),
    };
    const kubeconfigStep: Step<CreateContext> = {
      name: 'kubeconfig',
      title: `Adding context ${contextName(record.spec.name)} to your kubeconfig`,
      run: () => mergeContext(kubeconfigPath, this.#contextInput(record, context.secrets)),
    };
    await runSteps([...createSteps, kubeconfigStep], context, { cluster: record.spec.name, operation: 'create', signal, onStep });
    await store.put({ ...record, phase: 'ready', pid: undefined });
  }

  /** A cancelled creation leaves nothing; a failed one leaves its logs and what went wrong, and no machine. */
  async #afterFailedCreate(
    record: ClusterRecord,
    error: unknown,
    signal: AbortSignal,
    onStep: (step: ProvisionStep) => void,
  ): Promise<void> {
    const { provider, store } = this.#options;
    const { name } = record.spec;
    if (!signal.aborted) {
      const logFile = await this.#keepLogs(record, error);
      if (error instanceof StepFailed) onStep({ ...error.step, logFile });
    }
    const removed = await provider.deleteCluster(name, AbortSignal.timeout(60_000)).then(
      () => true,
      () => false,
    );
    if (signal.aborted && removed) await store.remove(name);
    else
      await store.put({
        ...record,
        phase: 'failed',
        error: signal.aborted ? 'The creation was cancelled.' : describeError(error),
        pid: undefined,
      });
  }

  async #keepLogs(record: ClusterRecord, error: unknown): Promise<string> {
    const { provider, store } = this.#options;
    const machines = await provider.listMachines(record.spec.name).catch(() => []);
    const texts = await Promise.all(
      machines.map(async ({ nodeName }) => `===== ${nodeName} =====\n${await provider.logs(record.spec.name, nodeName)}`),
    );
    return store.putLog(record.spec.name, 'create.log', [`${describeError(error)}\n`, ...texts].join('\n'));
  }

  delete(name: string, { onStep = () => {}, signal: outer }: OperationOptions = {}): Promise<void> {
    return this.#operations.run(name, 'deleting it', outer, async (signal) => {
      const { provider, store, kubeconfigPath } = this.#options;
      const record = await store.get(checkName(name));
      if (!record && (await provider.listMachines(name)).length === 0) throw notThere(name);
      if (record) await store.put({ ...record, phase: 'deleting', pid: process.pid });
      const steps: Step<undefined>[] = [
        {
          name: 'kubeconfig',
          title: `Removing context ${contextName(name)} from your kubeconfig`,
          run: () => removeContext(kubeconfigPath, contextName(name)),
        },
        { name: 'nodes', title: 'Removing nodes, volumes and network', run: () => provider.deleteCluster(name, signal) },
        { name: 'files', title: 'Removing certificates and logs', run: () => store.remove(name) },
      ];
      await runSteps(steps, undefined, { cluster: name, operation: 'delete', signal, onStep });
    });
  }

  start(name: string, options: OperationOptions = {}): Promise<void> {
    return this.#lifecycle(name, 'start', options, () => startSteps());
  }

  stop(name: string, options: OperationOptions = {}): Promise<void> {
    return this.#lifecycle(name, 'stop', options, () => stopSteps);
  }

  #lifecycle(
    name: string,
    operation: 'start' | 'stop',
    { onStep = () => {}, signal: outer }: OperationOptions,
    steps: () => readonly Step<LifecycleContext>[],
  ) {
    return this.#operations.run(name, `${operation === 'stop' ? 'stopping' : 'starting'} it`, outer, async (signal) => {
      using connection = new LazyConnection(name);
      const context = await this.#lifecycleContext(name, connection, signal);
      await runSteps(steps(), context, { cluster: name, operation, signal, onStep });
    });
  }

  async #lifecycleContext(name: string, connection: LazyConnection, signal: AbortSignal): Promise<LifecycleContext> {
    const { provider, store } = this.#options;
    const record = await store.get(checkName(name));
    if (!record) throw notThere(name);
    if (record.phase !== 'ready') throw new Error(`Cluster "${name}" was not created completely. Delete it and create it again.`);
    const secrets = await this.#secrets(name);
    return { cluster: name, nodeNames: record.nodes, provider, signal, api: () => connection.open(this.#contextInput(record, secrets)) };
  }

  async loadImage(name: string, source: string, { onStep = () => {}, signal: outer }: OperationOptions = {}): Promise<void> {
    await this.#operations.run(name, 'loading an image', outer, async (signal) => {
      using connection = new LazyConnection(name);
      const context = await this.#lifecycleContext(name, connection, signal);
      const isFile = await stat(source).then(
        (found) => found.isFile(),
        () => false,
      );
      const folder = await mkdtemp(join(tmpdir(), 'slipway-image-'));
      const archive = isFile ? source : join(folder, 'image.tar');
      const exportStep: Step<LifecycleContext> = {
        name: 'export',
        title: `Reading ${source} from Docker Engine`,
        run: async ({ provider }) => pipeline(await provider.exportImage(source, signal), createWriteStream(archive), { signal }),
      };
      try {
        const steps: Step<LoadImageContext>[] = [...(isFile ? [] : [exportStep]), ...loadImageSteps];
        await runSteps(steps, { ...context, archive }, { cluster: name, operation: 'load-image', signal, onStep });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  async kubeconfig(name: string): Promise<string> {
    const record = await this.#options.store.get(checkName(name));
    if (!record) throw notThere(name);
    return renderKubeconfig(this.#contextInput(record, await this.#secrets(name)));
  }

  async #secrets(name: string) {
    const secrets = await this.#options.store.secrets(name);
    if (!secrets) throw new Error(`The certificates of cluster "${name}" are missing. Delete it and create it again.`);
    return secrets;
  }

  #contextInput(record: ClusterRecord, secrets: CreateContext['secrets']): KubeconfigInput {
    const { name, apiPort } = record.spec;
    return { name: contextName(name), server: `https://127.0.0.1:${apiPort}`, ca: secrets.authorities.ca.cert, client: secrets.admin };
  }
}

/** An admin connection opened at its first use and closed with the operation. */
class LazyConnection implements Disposable {
  readonly #cluster: string;
  #connection: ReturnType<typeof connect> | undefined;

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  open({ server, ca, client }: KubeconfigInput): ApiClient {
    this.#connection ??= connect({
      server,
      certificateAuthority: { text: ca },
      clientCertificate: { text: client.cert },
      clientKey: { text: client.key },
      userAgent: `slipway-provision (${this.#cluster})`,
    });
    return this.#connection;
  }

  [Symbol.dispose](): void {
    this.#connection?.[Symbol.dispose]();
  }
}

const notThere = (name: string) => new Error(`There is no cluster named "${name}".`);

/** Names become paths and labels, so a wrong one stops here. */
function checkName(name: string): string {
  const parsed = ClusterName.safeParse(name);
  if (!parsed.success) throw notThere(name);
  return parsed.data;
}

function parseSpec(input: ClusterSpec): ClusterSpec {
  const parsed = ClusterSpec.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'spec'}: ${message}`);
  throw new Error(`That cluster cannot be made. ${faults.join('; ')}.`);
}
