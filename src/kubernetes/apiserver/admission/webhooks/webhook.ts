import type { MutatingWebhook, ValidatingWebhook } from '../../../api/generated/admissionregistration-v1.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import type { ObjectStore } from '../../registry.ts';

/** A webhook of either kind. */
export type Webhook = MutatingWebhook | ValidatingWebhook;

/** A webhook in force. */
export interface Registration<W extends Webhook = Webhook> {
  readonly webhook: W;
  /** Of the webhook among all, whatever it is called. */
  readonly id: string;
}

interface Configuration<W extends Webhook> extends KubeObject {
  webhooks?: W[];
}

/** The webhooks of all configurations of a kind, in the order in which they are asked. */
export class Registrations<W extends Webhook> {
  readonly #store: ObjectStore;
  readonly #type: ResourceType<Configuration<W>>;
  #all: readonly Registration<W>[] | undefined;

  constructor(store: ObjectStore, type: ResourceType, owned: DisposableStack) {
    this.#store = store;
    this.#type = type as ResourceType<Configuration<W>>;
    owned.use(
      store.onChange(type, () => {
        this.#all = undefined;
      }),
    );
  }

  get all(): readonly Registration<W>[] {
    this.#all ??= this.#read();
    return this.#all;
  }

  #read(): Registration<W>[] {
    const configurations = [...this.#store.list(this.#type)].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
    return configurations.flatMap(({ metadata, webhooks = [] }) => {
      const seen = new Map<string, number>();
      return webhooks.map((webhook) => {
        const count = seen.get(webhook.name) ?? 0;
        seen.set(webhook.name, count + 1);
        return { webhook, id: `${metadata.name}/${webhook.name}/${count}` };
      });
    });
  }
}
