import { Button } from '@mantine/core';
import { CircleAlert, Inbox, SearchX, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import type { LiveSnapshot } from '../../live/live-collection.ts';
import type { KindView } from '../../pages/view.ts';
import { openCreateYaml } from '../../state/dialogs.ts';
import { StatePanel } from '../common/StatePanel.tsx';
import classes from './ResourceTable.module.css';

interface Props {
  cluster: string;
  view: KindView;
  live: LiveSnapshot<KubeObject>;
  total: number;
  onClearFilter(): void;
}

/** What a list without rows says. Loading has rows of its own (skeletons). */
export function TableState({ cluster, view, live, total, onClearFilter }: Props) {
  const { t } = useTranslation();
  const what = view.title;
  if (live.phase === 'failed') {
    return (
      <StatePanel icon={CircleAlert} tone="bad" title={t('table.failed', { what })}>
        <p>{live.error?.message}</p>
        <p>{t('table.retrying')}</p>
      </StatePanel>
    );
  }
  if (total > 0) {
    return (
      <StatePanel
        icon={SearchX}
        title={t('table.noMatch')}
        actions={
          <Button variant="default" onClick={onClearFilter}>
            {t('table.clearFilter')}
          </Button>
        }
      >
        {t('table.noMatchHint', { total, what })}
      </StatePanel>
    );
  }
  const creatable = view.creatable !== false;
  return (
    <StatePanel
      icon={Inbox}
      title={t('table.empty', { what })}
      actions={creatable ? <Button onClick={() => openCreateYaml(cluster, view.resource.kind)}>{t('createYaml.title')}</Button> : undefined}
    >
      {t('table.emptyHint')}
    </StatePanel>
  );
}

export function StaleBanner() {
  const { t } = useTranslation();
  return (
    <div className={classes.stale} role="status">
      <Unplug size={15} aria-hidden="true" />
      {t('table.stale')}
    </div>
  );
}
