import type { RequestInfo } from '../request.ts';

/** How many watch what: of all namespaces, of one, or of one object. */
export class InterestedWatches {
  readonly #counts = new Map<string, number>();

  /** Counts a watch until it is disposed of. */
  add({ group, resource, namespace, name }: RequestInfo): Disposable {
    const key = `${group}/${resource}/${namespace}/${name}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#counts.get(key) ?? 0) - 1;
        if (left > 0) this.#counts.set(key, left);
        else this.#counts.delete(key);
      },
    };
  }

  /** Those who hear of a change of what a request is about. */
  count({ group, resource, namespace, name }: RequestInfo): number {
    if (this.#counts.size === 0) return 0;
    const kind = `${group}/${resource}/`;
    let count = this.#of(`${kind}/`);
    if (name !== '') count += this.#of(`${kind}/${name}`);
    if (namespace === '') return count;
    count += this.#of(`${kind}${namespace}/`);
    return name === '' ? count : count + this.#of(`${kind}${namespace}/${name}`);
  }

  #of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }
}
