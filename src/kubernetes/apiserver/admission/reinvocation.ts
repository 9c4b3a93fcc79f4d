/**
 * The two passes of a request through the mutating plugins. A plugin that asks others and got an object back changed
 * requests the second, in which the built-in plugins see what was added, and those who want to be asked again are.
 */
export class Reinvocation {
  /** Whether this is the second pass. */
  again = false;
  requested = false;
  readonly #states = new Map<string, PluginReinvocation>();

  /** What a plugin has to remember from the first pass. */
  of(plugin: string): PluginReinvocation {
    const known = this.#states.get(plugin) ?? new PluginReinvocation();
    this.#states.set(plugin, known);
    return known;
  }
}

/** Which of those that one plugin asks are to be asked again. */
export class PluginReinvocation {
  /** The object as the plugin last left it. */
  #output: string | undefined;
  #asked = new Set<string>();
  readonly #askAgain = new Set<string>();

  /** Somebody changed the object after these were asked. */
  objectChanged(): void {
    for (const id of this.#asked) this.#askAgain.add(id);
    this.#asked = new Set();
  }

  /** `id` wants to be asked again when the object is changed later. */
  asked(id: string): void {
    this.#asked.add(id);
  }

  isDue(id: string): boolean {
    return this.#askAgain.has(id);
  }

  begins(object: unknown): void {
    if (this.#output !== undefined && this.#output !== JSON.stringify(object)) this.objectChanged();
  }

  ends(object: unknown): void {
    this.#output = JSON.stringify(object);
  }
}
