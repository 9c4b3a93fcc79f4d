import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusMark } from '../../components/common/StatusMark.tsx';
import { useServedViews } from '../../hooks/use-served-views.ts';
import { pathOfKind } from '../../kube/names.ts';
import type { Standing } from '../../kube/standing.ts';
import { useLive } from '../../live/use-live.ts';
import type { KindView } from '../view.ts';
import classes from './Overview.module.css';

/** How many of each kind of workload there are, and how they are. */
export function WorkloadCounts({ cluster }: { cluster: string }) {
  const { t } = useTranslation();
  const views = useServedViews(cluster).filter((view) => view.group === 'workloads' && view.standing);
  return (
    <section className={classes.block} aria-label={t('overview.workloads')}>
      <h2>{t('overview.workloads')}</h2>
      <ul className={classes.counts}>
        {views.map((view) => (
          <CountRow key={view.title} cluster={cluster} view={view} />
        ))}
      </ul>
    </section>
  );
}

const ORDER: readonly Standing['level'][] = ['bad', 'unknown', 'busy', 'good', 'done', 'idle'];

function CountRow({ cluster, view }: { cluster: string; view: KindView }) {
  const { items } = useLive(cluster, view.resource);
  const counts = useMemo(() => {
    const byLevel = new Map<Standing['level'], number>();
    for (const item of items) {
      const level = view.standing?.(item).level ?? 'unknown';
      byLevel.set(level, (byLevel.get(level) ?? 0) + 1);
    }
    return ORDER.filter((level) => byLevel.has(level)).map((level) => ({ level, count: byLevel.get(level) ?? 0 }));
  }, [items, view]);
  return (
    <li>
      <Link to="/c/$cluster/$kind" params={{ cluster, kind: pathOfKind(view.resource) }}>
        {view.title}
      </Link>
      <span className={classes.levels}>
        {counts.map(({ level, count }) => (
          <StatusMark key={level} standing={{ level, word: String(count) }} />
        ))}
      </span>
      <span className="num dim">{items.length}</span>
    </li>
  );
}
