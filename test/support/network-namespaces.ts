import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Whether this machine lets tests make network namespaces and load rules into them. */
export const canUseNamespaces =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  ['ip', 'nft', 'conntrack'].every((program) => spawnSync(program, ['--version']).error === undefined) &&
  probe();

function probe(): boolean {
  const name = `slipway-probe-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return false;
  return spawnSync('ip', ['netns', 'del', name]).status === 0;
}

/** Answers each connection and datagram with `NAME CLIENT-ADDRESS`. */
const SERVER = `
const [name, port] = process.argv.slice(1);
const tcp = require('node:net').createServer((socket) => socket.on('error', () => {}).end(name + ' ' + socket.remoteAddress));
const udp = require('node:dgram').createSocket('udp4');
udp.on('message', (_, from) => udp.send(name + ' ' + from.address, from.port, from.address));
tcp.listen(port, '0.0.0.0', () => udp.bind(port, '0.0.0.0', () => console.log('ready')));
`;

/** Prints the answer, or the code of the error, or "silence". The source port stays the same for UDP when given. */
const CLIENT = `
const [protocol, address, port, source] = process.argv.slice(1);
const finish = (text) => { console.log(text); process.exit(0); };
setTimeout(finish, 700, 'silence');
if (protocol === 'tcp') {
  require('node:net').connect(Number(port), address).on('data', (data) => finish(String(data))).on('error', (error) => finish(error.code));
} else {
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('error', (error) => finish(error.code)).on('message', (data) => finish(String(data)));
  socket.bind(Number(source ?? 0), () => socket.connect(Number(port), address, () => socket.send('?')));
}
`;

/** Hosts made of network namespaces, named for this process so that nothing else is touched. */
export class Namespaces implements AsyncDisposable {
  readonly #prefix = `slipway-${process.pid}-`;
  readonly #made: string[] = [];
  readonly #servers: ChildProcess[] = [];

  add(...names: string[]): void {
    for (const name of names) {
      this.run('ip', ['netns', 'add', this.#prefix + name]);
      this.#made.push(name);
      this.run('ip', ['-n', this.#prefix + name, 'link', 'set', 'lo', 'up']);
    }
  }

  /** A cable between two hosts: interface `name` of `a`, `eth0` of `b`. */
  link(a: string, name: string, b: string): void {
    const [inA, inB] = [this.#prefix + a, this.#prefix + b];
    this.run('ip', ['-n', inA, 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', inB]);
    this.run('ip', ['-n', inA, 'link', 'set', name, 'up']);
    this.run('ip', ['-n', inB, 'link', 'set', 'eth0', 'up']);
  }

  /** `ip` in a host. */
  ip(host: string, command: string): string {
    return this.run('ip', ['-n', this.#prefix + host, ...command.split(' ')]);
  }

  /** Runs a program in a host and returns what it prints. */
  in(host: string, command: string, args: readonly string[], input = ''): string {
    return this.run('ip', ['netns', 'exec', this.#prefix + host, command, ...args], input);
  }

  /** Starts a server for TCP and UDP in a host; resolves when it listens. */
  async serve(host: string, port: number): Promise<void> {
    const args = ['netns', 'exec', this.#prefix + host, process.execPath, '-e', SERVER, host, String(port)];
    const server = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#servers.push(server);
    await once(createInterface(server.stdout), 'line');
  }

  /** What a client in `host` hears from `address:port`. */
  ask(host: string, protocol: 'tcp' | 'udp', address: string, port: number, sourcePort?: number): string {
    const source = sourcePort === undefined ? [] : [String(sourcePort)];
    return this.in(host, process.execPath, ['-e', CLIENT, protocol, address, String(port), ...source]).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) {
      if (server.exitCode === null && server.kill()) await once(server, 'exit');
    }
    for (const name of this.#made) spawnSync('ip', ['netns', 'del', this.#prefix + name]);
  }

  run(command: string, args: readonly string[], input = ''): string {
    const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
    return stdout;
  }
}
