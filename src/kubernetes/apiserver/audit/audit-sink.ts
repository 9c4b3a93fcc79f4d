import type { AuditEvent } from './audit-event.ts';

/** Where events go. Writing takes no time of the request; closing resolves when nothing is left to write. */
export interface AuditSink extends AsyncDisposable {
  write(event: AuditEvent): void;
}
