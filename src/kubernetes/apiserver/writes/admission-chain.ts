import type { AdmissionAttributes, AdmissionPlugin } from '../admission/admission.ts';
import { Reinvocation } from '../admission/reinvocation.ts';

/** Asks admission plugins in their order; the first to throw rejects. */
export class AdmissionChain {
  #plugins: readonly AdmissionPlugin[] = [];

  /** Plugins need the registry, which needs the chain: so they come second. */
  use(plugins: readonly AdmissionPlugin[]): void {
    this.#plugins = plugins;
  }

  /** Once, and a second time where somebody outside the server changed the object in the first. */
  async mutate(attributes: AdmissionAttributes): Promise<void> {
    const reinvocation = new Reinvocation();
    const seen = { ...attributes, reinvocation };
    await this.#mutateOnce(seen);
    if (!reinvocation.requested) return;
    reinvocation.again = true;
    await this.#mutateOnce(seen);
  }

  async #mutateOnce(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) {
      if (!plugin.mutate || !plugin.handles(attributes)) continue;
      const pending = plugin.mutate(attributes);
      if (pending) await pending;
    }
  }

  /** Asks those who may still refuse. */
  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) {
      if (!plugin.validate || !plugin.handles(attributes)) continue;
      const pending = plugin.validate(attributes);
      if (pending) await pending;
    }
  }
}
