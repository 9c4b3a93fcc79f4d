import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { startHttpsResponder } from '../../../../test/support/https-responder.ts';
import { silentLog } from '../../../base/log.ts';
import type { AuditEvent } from './audit-event.ts';
import { AuditWebhook } from './audit-webhook.ts';

test('events are sent in batches, the last of them when the server stops', async () => {
  await using responder = await startHttpsResponder(() => ({}));
  const target = { url: responder.url, ca: responder.ca };
  {
    await using webhook = new AuditWebhook({ target, bufferSize: 10, maxBatchSize: 2, maxWaitMs: 1000 }, new FakeClock(), silentLog);
    for (const auditID of ['1', '2', '3']) webhook.write({ auditID } as AuditEvent);
  }
  expect(responder.questions.map(({ body }) => body.items.map(({ auditID }: AuditEvent) => auditID))).toEqual([['1', '2'], ['3']]);
  expect(responder.questions[0]?.body).toMatchObject({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1' });
});
