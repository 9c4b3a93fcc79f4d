import type { Log } from '../../../../base/log.ts';
import type { ObjectStore } from '../../registry.ts';
import type { Matcher } from '../matching/matcher.ts';
import type { WebhookClient } from './client.ts';

/** What both webhook plugins work with. */
export interface WebhookParts {
  readonly store: ObjectStore;
  readonly matcher: Matcher;
  readonly client: WebhookClient;
  readonly log: Log;
}
