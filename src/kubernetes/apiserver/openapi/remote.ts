import type { ForeignV2 } from './merge-v2.ts';

/** What other servers add to the documents under `/openapi`. */
export interface RemoteOpenApi {
  /** In the order in which they are merged. */
  readonly v2: readonly ForeignV2[];
  /** Where their documents of version 3 are, by key: `apis/example.com/v1`. */
  readonly v3: ReadonlyMap<string, string>;
}
