import type { Pod } from '../../api/generated/core-v1.ts';
import type { Selector } from '../../machinery/selectors.ts';

/** Which pods the targets of autoscalers select, to find those that two autoscalers would count. */
export class SelectorsInUse {
  readonly #byKey = new Map<string, { namespace: string; selector: Selector }>();

  set(key: string, namespace: string, selector: Selector): void {
    this.#byKey.set(key, { namespace, selector });
  }

  delete(key: string): void {
    this.#byKey.delete(key);
  }

  /** Keys of the autoscalers whose targets select any of these pods of a namespace. */
  of(pods: readonly Pod[], namespace: string): string[] {
    const selecting = [...this.#byKey].filter(
      ([, other]) => other.namespace === namespace && pods.some(({ metadata }) => other.selector.matches(metadata.labels)),
    );
    return selecting.map(([key]) => key);
  }
}
