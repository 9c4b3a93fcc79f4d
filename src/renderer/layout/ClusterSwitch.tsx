import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Boxes, ChevronsUpDown, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { StatusMark } from '../components/common/StatusMark.tsx';
import { useClusters } from '../hooks/use-clusters.ts';
import { clusterStanding } from '../pages/clusters/cluster-standing.ts';
import { openCreateCluster } from '../state/dialogs.ts';
import classes from './Sidebar.module.css';

/** The current cluster and the way to the others. */
export function ClusterSwitch({ current, narrow }: { current: string | undefined; narrow: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: clusters = [] } = useClusters();
  const cluster = clusters.find((each) => each.name === current);
  return (
    <Menu position="bottom-start" width={240} shadow="md" trapFocus>
      <Menu.Target>
        <button type="button" className={classes.switch} aria-label={t('nav.switchCluster', { name: current ?? t('nav.allClusters') })}>
          <img src="./icon.svg" alt="" className={classes.logo} />
          {narrow ? null : (
            <>
              <span className={classes.switchText}>
                <span className={`${classes.switchName} truncate`}>{current ?? t('app.name')}</span>
                <span className={classes.switchState}>{cluster ? t(`clusters.states.${cluster.state}`) : t('nav.allClusters')}</span>
              </span>
              <ChevronsUpDown size={14} className="dim" aria-hidden="true" />
            </>
          )}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {clusters.map((each) => (
          <Menu.Item
            key={each.name}
            aria-current={each.name === current || undefined}
            rightSection={<StatusMark standing={clusterStanding(each)} />}
            onClick={() => void navigate({ to: '/c/$cluster', params: { cluster: each.name } })}
          >
            {each.name}
          </Menu.Item>
        ))}
        {clusters.length > 0 ? <Menu.Divider /> : null}
        <Menu.Item leftSection={<Boxes size={15} aria-hidden="true" />} onClick={() => void navigate({ to: '/clusters' })}>
          {t('nav.allClusters')}
        </Menu.Item>
        <Menu.Item leftSection={<Plus size={15} aria-hidden="true" />} onClick={openCreateCluster}>
          {t('clusters.create')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
