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
    let rejected = true;
    try {
      for (const plugin of this.#plugins) {
        const asked = step === 'admit' ? plugin.mutate : plugin.validate;
        if (!asked || !plugin.handles(attributes)) continue;
        const pending = this.#ask(plugin, step, attributes);
        if (pending) await pending;
      }
      rejected = false;
    } finally {
      this.#observer?.stepped(step, operation, rejected, performance.now() - began);
    }
  }

  /** Most plugins answer at once, and are not waited for. */
  #ask(plugin: AdmissionPlugin, step: AdmissionStep, attributes: AdmissionAttributes): void | Promise<void> {
    const began = performance.now();
    const ended = (rejected: boolean) =>
      this.#observer?.plugged(plugin.name, step, attributes.operation, rejected, performance.now() - began);
    let pending: void | Promise<void>;
    try {
      pending = step === 'admit' ? plugin.mutate?.(attributes) : plugin.validate?.(attributes);
    } catch (error) {
      ended(true);
      throw error;
    }
    if (!pending) return void ended(false);
    return pending.then(
      () => void ended(false),
      (error) => {
        ended(true);
        throw error;
      },
    );
  }
}
