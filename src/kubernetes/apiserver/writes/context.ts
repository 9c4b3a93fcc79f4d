import { MASTERS_GROUP } from '../authentication/identities.ts';
import type { UserInfo } from '../request.ts';

/** Who writes and how. `admission: false` is the server itself, which answers to nobody. */
export interface WriteContext {
  readonly user: UserInfo;
  /** Of the request, where there is one. */
  readonly verb?: string;
  readonly dryRun: boolean;
  /** Whose fields these become (managedFields); absent where the writer has seen to that, or owns nothing. */
  readonly fieldManager?: string;
  readonly admission: boolean;
  readonly signal: AbortSignal;
  /** Of a request to update or patch that comes to create: rejects unless the user may do that as well. */
  permitCreate?(): Promise<void>;
  /** The options of the request, as admission shows them to others. */
  readonly options?: object;
  warn(text: string): void;
  /** Notes something for the audit log. */
  annotate?(key: string, value: string): void;
}

/** The server writing for itself: bootstrap objects, allocators, garbage. */
export function systemWrite(signal: AbortSignal): WriteContext {
  return {
    user: { username: 'system:apiserver', groups: [MASTERS_GROUP, 'system:authenticated'] },
    dryRun: false,
    fieldManager: 'kube-apiserver',
    admission: false,
    signal,
    warn() {},
  };
}
