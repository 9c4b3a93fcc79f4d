/** Strings in order, for ranges by prefix. Inserting moves memory, which for the sizes of a cluster costs microseconds. */
export class SortedKeys {
  readonly #keys: string[] = [];

  get size(): number {
    return this.#keys.length;
  }

  add(key: string): void {
    const last = this.#keys.at(-1);
    if (last === undefined || last < key) this.#keys.push(key);
    else {
      const at = this.#lowerBound(key);
      if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
    }
  }

  delete(key: string): void {
    const at = this.#lowerBound(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** Keys that start with `prefix`, in order; all of them for the empty prefix. */
  withPrefix(prefix: string): string[] {
    if (prefix === '') return this.#keys;
    const from = this.#lowerBound(prefix);
    const to = this.#lowerBound(`${prefix}\u{10ffff}`);
    return this.#keys.slice(from, to);
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
