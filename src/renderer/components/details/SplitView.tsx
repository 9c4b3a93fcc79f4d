import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { createSavedStore, useStore } from '../../state/store.ts';
import { ResizeHandle } from '../common/ResizeHandle.tsx';
import classes from './Details.module.css';

const width = createSavedStore('drawer-width', 560, (value): value is number => typeof value === 'number');
const MIN = 380;

/** The list and, beside it, the details: both stay in sight. Where there is little room the details lie over the list. */
export function SplitView({ list, details }: { list: ReactNode; details: ReactNode | undefined }) {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 1180px)') ?? false;
  const frame = useRef<HTMLDivElement>(null);
  const wanted = useStore(width);
  const resize = (next: number) => width.set(Math.max(MIN, Math.min(next, (frame.current?.clientWidth ?? 1200) - 260)));
  return (
    <div ref={frame} className={classes.split}>
      <div className={classes.list}>{list}</div>
      {details ? (
        <aside className={classes.drawer} data-over={narrow || undefined} style={{ width: `min(${wanted}px, ${narrow ? '78%' : '64%'})` }}>
          <ResizeHandle direction="left" value={wanted} onChange={resize} label={t('common.resize', { what: t('details.tabs.summary') })} />
          {details}
        </aside>
      ) : null}
    </div>
  );
}
