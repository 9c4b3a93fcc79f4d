import { EventEmitter } from 'node:events';
import type { Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createServer } from 'node:http2';
import type { Clock } from '../../src/base/clock.ts';
import { decode, encode, type Init, type MessageName } from '../../src/kubernetes/kubelet/cri/codec.ts';
import type { Calls, ContainerConfig, ContainerEventResponse, PodSandboxConfig } from '../../src/kubernetes/kubelet/cri/runtime-v1.ts';
import { ContainerEventType, ContainerState, NamespaceMode, PodSandboxState } from '../../src/kubernetes/kubelet/cri/runtime-v1.ts';
import { callTypes } from '../../src/kubernetes/kubelet/cri/runtime-v1-fields.ts';

interface Sandbox {
  id: string;
  config: PodSandboxConfig;
  ready: boolean;
  createdAt: number;
  ip: string;
}

interface Container {
  id: string;
  sandbox: Sandbox;
  config: ContainerConfig;
  state: ContainerState;
  createdAt: number;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
}

class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const NOT_FOUND = 5;
const UNKNOWN = 2;
type Handlers = { [M in keyof Calls]?: (request: Calls[M]['input']) => Init<Calls[M]['output']> };

/** A container runtime that runs nothing: containers stay as tests leave them. */
export class FakeRuntime implements Disposable {
  /** Images that are present. */
  readonly images = new Set(['app:1', 'app:2']);
  readonly sandboxes = new Map<string, Sandbox>();
  readonly containers = new Map<string, Container>();
  /** Every call made, by name. */
  readonly calls: string[] = [];
  readonly #events = new EventEmitter();
  readonly #server: Http2Server;
  readonly #clock: Clock;
  readonly #sessions = new Set<ServerHttp2Session>();
  #made = 0;

  private constructor(server: Http2Server, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    server.on('stream', (stream, headers) => void this.#serve(stream, String(headers[':path'])));
    server.on('sessionError', () => {});
    server.on('session', (session) => this.#sessions.add(session));
  }

  static async listen(socket: string, clock: Clock): Promise<FakeRuntime> {
    const server = createServer();
    const runtime = new FakeRuntime(server, clock);
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    return runtime;
  }

  [Symbol.dispose](): void {
    this.#events.emit('closed');
    this.#server.close();
  }

  /** The newest container of this name. */
  find(name: string): Container | undefined {
    return [...this.containers.values()].findLast(({ config }) => config.metadata?.name === name);
  }

  /** A container's process ends by itself. */
  exit(name: string, exitCode: number): void {
    const container = this.find(name);
    if (!container || container.state !== ContainerState.CONTAINER_RUNNING) throw new Error(`${name} is not running`);
    this.#end(container, exitCode);
  }

  /** The runtime's process is replaced by another: every connection breaks, containers do not notice. */
  restart(meanwhile: () => void): void {
    for (const session of this.#sessions) session.destroy();
    this.#sessions.clear();
    this.#events.removeAllListeners('event');
    meanwhile();
  }

  /** The machine restarts: nothing runs any more. */
  reboot(): void {
    for (const sandbox of this.sandboxes.values()) sandbox.ready = false;
    for (const container of this.containers.values()) if (container.state === ContainerState.CONTAINER_RUNNING) this.#end(container, 255);
  }

  #end(container: Container, exitCode: number): void {
    Object.assign(container, { state: ContainerState.CONTAINER_EXITED, exitCode, finishedAt: this.#now() });
    this.#announce(container.id, ContainerEventType.CONTAINER_STOPPED_EVENT, container.sandbox);
  }

  #announce(containerId: string, containerEventType: ContainerEventType, sandbox: Sandbox): void {
    this.#events.emit('event', {
      containerId,
      containerEventType,
      podSandboxStatus: statusOf(sandbox),
    } satisfies Init<ContainerEventResponse>);
  }

  readonly #now = () => (this.#clock.now() + this.#made++ / 1000) * 1e6;

  async #serve(stream: ServerHttp2Stream, path: string): Promise<void> {
    stream.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const method = path.split('/').at(-1) ?? '';
    this.calls.push(method);
    if (method === 'GetContainerEvents') return this.#stream(stream);
    try {
      const [, input, output] = (callTypes[method as keyof Calls] ?? '').split(' ') as [string, MessageName, MessageName];
      const handler = this.#handlers[method as keyof Calls] as ((request: unknown) => object) | undefined;
      if (!handler) throw new Refusal(12, `unknown method ${method}`);
      const answer = handler(decode(input, Buffer.concat(chunks).subarray(5)));
      stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(framed(encode(output, answer)));
    } catch (error) {
      const { code, message } = error instanceof Refusal ? error : { code: UNKNOWN, message: String(error) };
      stream.respond(
        { 'content-type': 'application/grpc', 'grpc-status': String(code), 'grpc-message': encodeURIComponent(message) },
        { endStream: true },
      );
    }
  }

  #stream(stream: ServerHttp2Stream): void {
    stream.respond({ 'content-type': 'application/grpc' });
    const send = (event: object) => stream.write(framed(encode('ContainerEventResponse', event)));
    const close = () => stream.destroy();
    this.#events.on('event', send).once('closed', close);
    stream.once('close', () => this.#events.off('event', send).off('closed', close));
  }

  #sandbox(id: string): Sandbox {
    const sandbox = this.sandboxes.get(id);
    if (!sandbox) throw new Refusal(NOT_FOUND, `sandbox ${id} not found`);
    return sandbox;
  }

  #container(id: string): Container {
    const container = this.containers.get(id);
    if (!container) throw new Refusal(NOT_FOUND, `container ${id} not found`);
    return container;
  }

  readonly #handlers: Handlers = {
    Version: () => ({ runtimeName: 'fake', runtimeVersion: '1.0', runtimeApiVersion: 'v1' }),
    Status: () => ({ status: { conditions: ['RuntimeReady', 'NetworkReady'].map((type) => ({ type, status: true })) } }),
    ListImages: () => ({ images: [...this.images].map((name) => ({ id: name, repoTags: [name], size: 1 })) }),
    ImageStatus: ({ image }) => (this.images.has(image?.image ?? '') ? { image: { id: `id of ${image?.image}`, size: 1 } } : {}),
    PullImage: ({ image }) => {
      throw new Refusal(NOT_FOUND, `no registry has ${image?.image}`);
    },
    RunPodSandbox: ({ config }) => {
      const id = `sandbox-${this.#made}`;
      const sandbox = {
        id,
        config: config as PodSandboxConfig,
        ready: true,
        createdAt: this.#now(),
        ip: `10.244.0.${this.sandboxes.size + 2}`,
      };
      this.sandboxes.set(id, sandbox);
      return { podSandboxId: id };
    },
    StopPodSandbox: ({ podSandboxId }) => {
      const sandbox = this.#sandbox(podSandboxId);
      sandbox.ready = false;
      for (const container of this.containers.values()) {
        if (container.sandbox === sandbox && container.state === ContainerState.CONTAINER_RUNNING) this.#end(container, 137);
      }
      return {};
    },
    RemovePodSandbox: ({ podSandboxId }) => {
      this.sandboxes.delete(podSandboxId);
      for (const { id, sandbox } of this.containers.values()) if (sandbox.id === podSandboxId) this.containers.delete(id);
      return {};
    },
    PodSandboxStatus: ({ podSandboxId }) => ({ status: statusOf(this.#sandbox(podSandboxId)) }),
    ListPodSandbox: ({ filter }) => ({
      items: [...this.sandboxes.values()].filter(({ config }) => matches(config.labels, filter?.labelSelector)).map(statusOf),
    }),
    CreateContainer: ({ podSandboxId, config }) => {
      const id = `container-${this.#made}`;
      const container = {
        id,
        sandbox: this.#sandbox(podSandboxId),
        config: config as ContainerConfig,
        state: ContainerState.CONTAINER_CREATED,
      };
      this.containers.set(id, { ...container, createdAt: this.#now(), startedAt: 0, finishedAt: 0, exitCode: 0 });
      return { containerId: id };
    },
    StartContainer: ({ containerId }) => {
      const container = this.#container(containerId);
      if (container.config.command[0] === '/missing') throw new Refusal(UNKNOWN, 'exec: "/missing": no such file');
      Object.assign(container, { state: ContainerState.CONTAINER_RUNNING, startedAt: this.#now() });
      this.#announce(containerId, ContainerEventType.CONTAINER_STARTED_EVENT, container.sandbox);
      return {};
    },
    StopContainer: ({ containerId }) => {
      const container = this.#container(containerId);
      if (container.state === ContainerState.CONTAINER_RUNNING) this.#end(container, 143);
      return {};
    },
    RemoveContainer: ({ containerId }) => {
      this.containers.delete(containerId);
      return {};
    },
    ListContainers: ({ filter }) => ({
      containers: [...this.containers.values()]
        .filter(({ config }) => matches(config.labels, filter?.labelSelector))
        .map(({ id, sandbox, config, state }) => ({
          id,
          podSandboxId: sandbox.id,
          metadata: config.metadata,
          state,
          labels: config.labels,
        })),
    }),
    ContainerStatus: ({ containerId }) => {
      const { id, config, sandbox: _, ...times } = this.#container(containerId);
      const { metadata, labels, annotations, mounts, image } = config;
      return {
        status: {
          id,
          ...times,
          metadata,
          labels,
          annotations,
          mounts,
          image,
          imageRef: 'sha256:1',
          reason: times.exitCode === 0 ? 'Completed' : 'Error',
        },
      };
    },
    ExecSync: () => ({ exitCode: 0 }),
  };
}

function statusOf({ id, config, ready, createdAt, ip }: Sandbox) {
  const network = config.linux?.securityContext?.namespaceOptions?.network ?? NamespaceMode.POD;
  const state = ready ? PodSandboxState.SANDBOX_READY : PodSandboxState.SANDBOX_NOTREADY;
  return {
    id,
    metadata: config.metadata,
    state,
    createdAt,
    network: { ip: ready ? ip : '' },
    labels: config.labels,
    linux: { namespaces: { options: { network } } },
  };
}

function matches(labels: Record<string, string>, selector: Record<string, string> | undefined): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
