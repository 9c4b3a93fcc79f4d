import { type NodePortAllocator, PortRefused } from './node-ports.ts';

/** What a dry run shows for the first port that would be chosen. */
const FIRST_SHOWN = 32_769;

/**
 * The node ports of one write. What it needs is taken at once; what it no longer needs is given back when it is stored:
 * a port that leaks is mended later, one that two services have is not.
 */
export class PortOperation {
  readonly #ports: NodePortAllocator;
  readonly #dryRun: boolean;
  readonly #taken: number[] = [];
  readonly #unneeded: number[] = [];

  constructor(ports: NodePortAllocator, dryRun: boolean) {
    this.#ports = ports;
    this.#dryRun = dryRun;
  }

  async take(port: number): Promise<void> {
    if (!this.#dryRun) await this.#ports.take(port);
    else if (this.#taken.includes(port) || (await this.#ports.has(port))) throw new PortRefused('provided port is already allocated');
    this.#taken.push(port);
  }

  async takeNext(): Promise<number> {
    const port = this.#dryRun ? Math.max(FIRST_SHOWN, ...this.#taken.map((taken) => taken + 1)) : await this.#ports.takeNext();
    this.#taken.push(port);
    return port;
  }

  /** Gives back ports once the write is done. */
  releaseLater(ports: readonly number[]): void {
    this.#unneeded.push(...ports);
  }

  async commit(): Promise<void> {
    if (!this.#dryRun) await this.#ports.release(this.#unneeded);
  }

  async revert(): Promise<void> {
    if (!this.#dryRun) await this.#ports.release(this.#taken);
  }
}
