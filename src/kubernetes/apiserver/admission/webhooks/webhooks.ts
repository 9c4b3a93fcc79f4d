import type { Log } from '../../../../base/log.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionObserver } from '../observer.ts';
import type { WebhookClient } from './client.ts';
import type { WebhookMatcher } from './webhook-matcher.ts';

/** What both webhook plugins work with. */
export interface WebhookParts {
  readonly store: ObjectStore;
  readonly matcher: WebhookMatcher;
  readonly client: WebhookClient;
  readonly log: Log;
  readonly observer: AdmissionObserver;
}
