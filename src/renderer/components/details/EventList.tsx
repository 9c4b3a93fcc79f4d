import { BellOff } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { events as eventType } from '../../../kubernetes/api/resources.ts';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import { eventCount, eventStanding, eventsOf, eventTime } from '../../kube/events.ts';
import { useLive } from '../../live/use-live.ts';
import { Age } from '../common/Age.tsx';
import { StatePanel } from '../common/StatePanel.tsx';
import { StatusMark } from '../common/StatusMark.tsx';
import classes from './Details.module.css';

/** What happened to an object, latest first, live. */
export function EventList({ cluster, object }: { cluster: string; object: KubeObject }) {
  const { t } = useTranslation();
  const { items, phase } = useLive(cluster, eventType);
  const events = useMemo(() => eventsOf(items, object), [items, object]);
  if (events.length === 0) return phase === 'loading' ? null : <StatePanel icon={BellOff} title={t('details.noEvents')} />;
  return (
    <div role="list">
      {events.map((event) => (
        <div key={event.metadata.uid} className={classes.event} role="listitem">
          <StatusMark standing={eventStanding(event)} />
          <strong>{event.reason}</strong>
          <span className="dim">
            {eventCount(event) > 1 ? `${t('details.times', { count: eventCount(event) })} · ` : ''}
            <Age since={eventTime(event)} />
          </span>
          <p>{event.message}</p>
        </div>
      ))}
    </div>
  );
}
