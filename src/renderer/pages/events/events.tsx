import { Bell } from 'lucide-react';
import type { Event } from '../../../kubernetes/api/generated/core-v1.ts';
import { events } from '../../../kubernetes/api/resources.ts';
import { Age } from '../../components/common/Age.tsx';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { t } from '../../i18n/index.ts';
import { eventCount, eventStanding, eventTime } from '../../kube/events.ts';
import { countColumn, statusColumn, textColumn } from '../common-columns.tsx';
import { type ColumnSpec, defineView } from '../view.ts';

const objectColumn: ColumnSpec<Event> = {
  label: t('columns.object'),
  value: ({ involvedObject }) => `${involvedObject.kind} ${involvedObject.name}`,
  render: ({ involvedObject: { kind = '', apiVersion, namespace, name = '' } }, { cluster }) => (
    <ObjectLink cluster={cluster} kind={kind} apiVersion={apiVersion} namespace={namespace} name={name}>
      {kind} {name}
    </ObjectLink>
  ),
  width: 'minmax(150px, 1.4fr)',
};

const lastSeenColumn: ColumnSpec<Event> = {
  label: t('columns.lastSeen'),
  value: (event) => -Date.parse(eventTime(event) ?? ''),
  render: (event) => <Age since={eventTime(event)} />,
  align: 'right',
  width: '108px',
};

export const eventsView = defineView<Event>({
  resource: events,
  title: t('kinds.events'),
  icon: Bell,
  group: 'cluster',
  columns: [
    lastSeenColumn,
    statusColumn(eventStanding, '104px'),
    textColumn(t('columns.reason'), (event) => event.reason, { width: 'minmax(110px, 0.8fr)' }),
    objectColumn,
    textColumn(t('columns.message'), (event) => event.message, { width: 'minmax(200px, 3fr)' }),
    countColumn(t('columns.count'), eventCount, { width: '76px' }),
    'namespace',
  ],
  sort: { column: t('columns.lastSeen') },
  standing: eventStanding,
  deletable: false,
  creatable: false,
});
