import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Event } from '../../../kubernetes/api/generated/core-v1.ts';
import { events as eventType } from '../../../kubernetes/api/resources.ts';
import { Age } from '../../components/common/Age.tsx';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { eventTime } from '../../kube/events.ts';
import { useLive } from '../../live/use-live.ts';
import classes from './Overview.module.css';

const MOST = 8;

/** The latest warnings of the whole cluster. */
export function Warnings({ cluster }: { cluster: string }) {
  const { t } = useTranslation();
  const { items } = useLive(cluster, eventType);
  const warnings = useMemo(
    () =>
      latestOfEach(
        items.filter((event) => event.type === 'Warning').sort((a, b) => (eventTime(b) ?? '').localeCompare(eventTime(a) ?? '')),
      ).slice(0, MOST),
    [items],
  );
  return (
    <section className={classes.block} aria-label={t('overview.warnings')}>
      <h2>{t('overview.warnings')}</h2>
      {warnings.length === 0 ? (
        <p className="dim">{t('overview.noWarnings')}</p>
      ) : (
        <ul className={classes.rows}>
          {warnings.map((event) => (
            <li key={event.metadata.uid}>
              <span className="dim num">
                <Age since={eventTime(event)} />
              </span>
              <span className={classes.what}>
                <strong>{event.reason}</strong>{' '}
                <ObjectLink
                  cluster={cluster}
                  kind={event.involvedObject.kind ?? ''}
                  namespace={event.involvedObject.namespace}
                  name={event.involvedObject.name ?? ''}
                />
                <span className={classes.detail} title={event.message}>
                  {event.message}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** One line for each kind of trouble an object has, however often it was said. */
function latestOfEach(events: readonly Event[]): Event[] {
  const seen = new Set<string>();
  return events.filter(({ involvedObject, reason }) => {
    const key = `${involvedObject.uid} ${reason}`;
    return !seen.has(key) && seen.add(key);
  });
}
