import { Waypoints } from 'lucide-react';
import type { EndpointSlice } from '../../../kubernetes/api/generated/discovery-v1.ts';
import { endpointSlices } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { ratioColumn, textColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { ownerColumn } from '../workloads/owner-column.tsx';

export const endpointSlicesView = defineView<EndpointSlice>({
  resource: endpointSlices,
  title: t('kinds.endpointSlices'),
  icon: Waypoints,
  group: 'network',
  columns: [
    'name',
    textColumn(t('columns.addressType'), (slice) => slice.addressType, { width: '110px' }),
    ratioColumn(t('columns.ready'), ({ endpoints }) => ({
      ready: (endpoints ?? []).filter((each) => each.conditions?.ready !== false).length,
      total: endpoints?.length ?? 0,
    })),
    textColumn(t('columns.ports'), ({ ports }) => ports?.map((port) => `${port.port}/${port.protocol ?? 'TCP'}`).join(', ')),
    textColumn(t('columns.endpoints'), ({ endpoints }) => endpoints?.flatMap((each) => each.addresses).join(', '), {
      width: 'minmax(140px, 2fr)',
      drop: 3,
    }),
    'namespace',
    ownerColumn(),
    'age',
  ],
});
