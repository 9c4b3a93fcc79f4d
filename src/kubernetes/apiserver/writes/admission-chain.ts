import type { AdmissionAttributes, AdmissionPlugin } from '../admission/admission.ts';
import type { AdmissionObserver, AdmissionStep } from '../admission/observer.ts';
import { Reinvocation } from '../admission/reinvocation.ts';

/** Asks admission plugins in their order; the first to throw rejects. */
export class AdmissionChain {
  #plugins: readonly AdmissionPlugin[] = [];
  #observer: AdmissionObserver | undefined;

  /** Plugins need the registry, which needs the chain: so they come second. */
  use(plugins: readonly AdmissionPlugin[], observer: AdmissionObserver): void {
    this.#plugins = plugins;
    this.#observer = observer;
  }

  /** Once, and a second time where somebody outside the server changed the object in the first. */
  async mutate(attributes: AdmissionAttributes): Promise<void> {
    const reinvocation = new Reinvocation();
    const seen = { ...attributes, reinvocation };
    await this.#step('admit', seen);
    if (!reinvocation.requested) return;
    reinvocation.again = true;
    await this.#step('admit', seen);
  }

  /** Asks those who may still refuse. */
  async validate(attributes: AdmissionAttributes): Promise<void> {
    await this.#step('validate', attributes);
  }

  async #step(step: AdmissionStep, attributes: AdmissionAttributes): Promise<void> {
    const { operation } = attributes;
    const began = performance.now();
    // The clock is read once a plugin: reading it costs more than most of them do.
    let last = began;
    let asked: AdmissionPlugin | undefined;
    try {
      for (const plugin of this.#plugins) {
        if (!(step === 'admit' ? plugin.mutate : plugin.validate) || !plugin.handles(attributes)) continue;
        asked = plugin;
        const pending = step === 'admit' ? plugin.mutate?.(attributes) : plugin.validate?.(attributes);
        if (pending) await pending;
        const now = performance.now();
        this.#observer?.plugged(plugin.name, step, operation, false, now - last);
        last = now;
        asked = undefined;
      }
      this.#observer?.stepped(step, operation, false, last - began);
    } catch (error) {
      const now = performance.now();
      if (asked) this.#observer?.plugged(asked.name, step, operation, true, now - last);
      this.#observer?.stepped(step, operation, true, now - began);
      throw error;
    }
  }
}
