import { useTranslation } from 'react-i18next';
import type { UsageSample } from '../../../ipc/metrics.ts';
import type { Node, Pod } from '../../../kubernetes/api/generated/core-v1.ts';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { StatusMark } from '../../components/common/StatusMark.tsx';
import { formatBytes, formatCores } from '../../kube/format.ts';
import { nodeStanding } from '../../kube/workloads.ts';
import classes from './Overview.module.css';

/** The nodes with what they carry. */
export function NodeCards({
  cluster,
  nodes,
  pods,
  use,
}: {
  cluster: string;
  nodes: readonly Node[];
  pods: readonly Pod[];
  use: readonly UsageSample[];
}) {
  const { t } = useTranslation();
  const sorted = [...nodes].sort((a, b) => (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''));
  return (
    <section className={classes.block} aria-label={t('overview.nodes')}>
      <h2>{t('overview.nodes')}</h2>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>{t('columns.name')}</th>
            <th>{t('columns.status')}</th>
            <th className={classes.right}>{t('columns.pods')}</th>
            <th className={classes.right}>{t('columns.cpu')}</th>
            <th className={classes.right}>{t('columns.memory')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((node) => {
            const name = node.metadata.name ?? '';
            const sample = use.find((each) => each.key === name);
            return (
              <tr key={node.metadata.uid}>
                <td>
                  <ObjectLink cluster={cluster} kind="Node" name={name} />
                </td>
                <td>
                  <StatusMark standing={nodeStanding(node)} />
                </td>
                <td className={`${classes.right} num`}>{pods.filter((pod) => pod.spec.nodeName === name).length}</td>
                <td className={`${classes.right} num`}>{sample ? formatCores(sample.cpu) : '–'}</td>
                <td className={`${classes.right} num`}>{sample ? formatBytes(sample.memory) : '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
