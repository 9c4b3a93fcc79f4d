import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PassThrough, Readable, Transform } from 'node:stream';
import type Docker from 'dockerode';
import { describeError } from '../../base/errors.ts';
import type { EngineStatus } from '../../ipc/cluster.ts';
import type { ExecResult, Machine, MachineProvider, MachineSpec, NodeImage } from '../provider.ts';
import { containerOptions } from './container-options.ts';
import { engineProblem, explain, isAlreadyDone, isMissing } from './engine-errors.ts';
import { connectEngine } from './engine-socket.ts';
import { fileArchive } from './file-archive.ts';
import { CLUSTER_LABEL, containerName, NODE_LABEL, networkName, ofAnyCluster, ofCluster, ROLE_LABEL } from './labels.ts';

/** Nodes print their own processes' logs here; see the node image's entry script. */
const LOG_COMMAND = [
  'sh',
  '-c',
  'for f in /var/log/slipway/*.log /var/log/containerd.log; do [ -f "$f" ] && echo "==> $f" && tail -n 400 "$f"; done',
];

/** Machines as containers of a Docker Engine. */
export class DockerProvider implements MachineProvider {
  readonly #docker: Docker;

  constructor(docker: Docker = connectEngine()) {
    this.#docker = docker;
  }

  async check(): Promise<EngineStatus> {
    try {
      const version = await this.#docker.version();
      if (version.Os !== 'linux') {
        return {
          available: false,
          problem: 'Docker Engine runs Windows containers.',
          remedy: 'Switch Docker Desktop to Linux containers.',
        };
      }
      return { available: true, version: version.Version };
    } catch (error) {
      return engineProblem(error);
    }
  }

  async ensureImage(image: NodeImage, { signal, onProgress }: { signal: AbortSignal; onProgress(text: string): void }): Promise<void> {
    if (await this.#hasImage(image.tag)) return;
    const archive = await image.archive({ signal, onProgress });
    const { size } = await stat(archive);
    const [repo, tag] = image.tag.split(':') as [string, string];
    let read = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const before = Math.floor((read / size) * 20);
        read += chunk.length;
        if (Math.floor((read / size) * 20) > before) onProgress(`${Math.round((read / size) * 100)} %`);
        done(null, chunk);
      },
    });
    const source = createReadStream(archive, { signal });
    source.on('error', (error) => counted.destroy(error));
    await this.#docker
      .importImage(source.pipe(counted), { repo, tag })
      .then((stream) => this.#finish(stream as Readable))
      .catch((error: unknown) => Promise.reject(explain('loading the node image', error)));
    await this.#removeOtherVersions(repo, image.tag);
  }

  /** Images of earlier versions that no node runs; the Engine refuses to remove those in use. */
  async #removeOtherVersions(repo: string, tag: string): Promise<void> {
    const images = await this.#docker.listImages({ filters: { reference: [repo] } });
    const others = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((other) => other !== tag);
    await Promise.allSettled(others.map((other) => this.#docker.getImage(other).remove()));
  }

  async #hasImage(tag: string): Promise<boolean> {
    try {
      await this.#docker.getImage(tag).inspect();
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw explain('looking for the node image', error);
    }
  }

  /** Reads a progress stream of the Engine to its end; a line with an error is the answer. */
  async #finish(stream: Readable): Promise<void> {
    let text = '';
    for await (const chunk of stream) text += chunk;
    const failed = text.split('\n').find((line) => line.includes('"error"'));
    if (failed) throw new Error((JSON.parse(failed) as { error: string }).error);
  }

  async createNetwork(cluster: string, { sealed }: { sealed: boolean }, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const options = {
      Name: networkName(cluster),
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { [CLUSTER_LABEL]: cluster },
      // A sealed network is not translated to the host's address, so nothing comes back even if something got out.
      Options: { 'com.docker.network.bridge.enable_ip_masquerade': String(!sealed) },
    };
    await this.#docker.createNetwork(options).catch((error: unknown) => Promise.reject(explain('creating the network', error)));
  }

  async createMachine(spec: MachineSpec, signal: AbortSignal): Promise<void> {
    const doing = `creating node ${spec.nodeName}`;
    try {
      const files = await fileArchive(spec.files);
      signal.throwIfAborted();
      const container = await this.#docker.createContainer(containerOptions(spec));
      await container.putArchive(files, { path: '/' });
      signal.throwIfAborted();
      await container.start();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw explain(doing, error);
    }
  }

  async startMachine(_cluster: string, nodeName: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#docker
      .getContainer(containerName(nodeName))
      .start()
      .catch((error: unknown) => {
        if (!isAlreadyDone(error)) throw explain(`starting node ${nodeName}`, error);
      });
  }

  async stopMachine(_cluster: string, nodeName: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#docker
      .getContainer(containerName(nodeName))
      .stop()
      .catch((error: unknown) => {
        if (!isAlreadyDone(error) && !isMissing(error)) throw explain(`stopping node ${nodeName}`, error);
      });
  }

  async listMachines(cluster?: string): Promise<Machine[]> {
    const filters = cluster === undefined ? ofAnyCluster() : ofCluster(cluster);
    const containers = await this.#docker
      .listContainers({ all: true, filters })
      .catch((error: unknown) => Promise.reject(explain('listing nodes', error)));
    return containers.map((container) => ({
      cluster: container.Labels[CLUSTER_LABEL] ?? '',
      nodeName: container.Labels[NODE_LABEL] ?? '',
      role: container.Labels[ROLE_LABEL] === 'control-plane' ? 'control-plane' : 'worker',
      state: container.State === 'running' ? 'running' : container.State === 'dead' ? 'failed' : 'stopped',
    }));
  }

  async exec(_cluster: string, nodeName: string, argv: string[], options: { stdin?: Readable; signal: AbortSignal }): Promise<ExecResult> {
    const container = this.#docker.getContainer(containerName(nodeName));
    try {
      const exec = await container.exec({ Cmd: argv, AttachStdout: true, AttachStderr: true, AttachStdin: options.stdin !== undefined });
      const stream = await exec.start({ hijack: true, stdin: options.stdin !== undefined });
      const abort = () => stream.destroy();
      options.signal.addEventListener('abort', abort, { once: true });
      const stdout = new PassThrough();
      const stderr = new PassThrough();
      this.#docker.modem.demuxStream(stream, stdout, stderr);
      options.stdin?.pipe(stream);
      stream.on('close', () => [stdout, stderr].forEach((output) => void output.end()));
      const [out, err] = await Promise.all([collect(stdout), collect(stderr)]);
      options.signal.removeEventListener('abort', abort);
      options.signal.throwIfAborted();
      const { ExitCode } = await exec.inspect();
      return { exitCode: ExitCode ?? 1, stdout: out, stderr: err.toString() };
    } catch (error) {
      if (options.signal.aborted) throw options.signal.reason;
      throw explain(`running ${argv[0]} on node ${nodeName}`, error);
    }
  }

  async logs(cluster: string, nodeName: string): Promise<string> {
    const printed = await this.#docker
      .getContainer(containerName(nodeName))
      .logs({ stdout: true, stderr: true, tail: 400 })
      .then((buffer) => stripFrames(buffer))
      .catch((error: unknown) => describeError(error));
    const files = await this.exec(cluster, nodeName, LOG_COMMAND, { signal: AbortSignal.timeout(10_000) }).then(
      (result) => result.stdout.toString(),
      (error: unknown) => describeError(error),
    );
    return `==> container output\n${printed}\n${files}\n`;
  }

  async deleteCluster(cluster: string, signal: AbortSignal): Promise<void> {
    const filters = ofCluster(cluster);
    try {
      const containers = await this.#docker.listContainers({ all: true, filters });
      await Promise.all(containers.map(({ Id }) => ignoreMissing(this.#docker.getContainer(Id).remove({ force: true, v: true }))));
      signal.throwIfAborted();
      const { Volumes } = await this.#docker.listVolumes({ filters });
      await Promise.all((Volumes ?? []).map(({ Name }) => ignoreMissing(this.#docker.getVolume(Name).remove())));
      const networks = await this.#docker.listNetworks({ filters });
      await Promise.all(networks.map(({ Id }) => ignoreMissing(this.#docker.getNetwork(Id).remove())));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw explain(`deleting cluster ${cluster}`, error);
    }
  }

  async exportImage(reference: string, signal: AbortSignal): Promise<Readable> {
    signal.throwIfAborted();
    const image = this.#docker.getImage(reference);
    try {
      await image.inspect();
    } catch (error) {
      if (isMissing(error))
        throw new Error(`Docker Engine has no image "${reference}". Build or pull it first, or give the path of a tar file.`);
      throw explain(`reading image ${reference}`, error);
    }
    return Readable.from(await image.get());
  }
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function ignoreMissing(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Docker's multiplexed log: frames of an 8-byte header (stream, length) and text. */
function stripFrames(buffer: Buffer): string {
  const texts: string[] = [];
  for (let at = 0; at + 8 <= buffer.length; ) {
    const length = buffer.readUInt32BE(at + 4);
    texts.push(buffer.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  return texts.join('');
}
