import { Outlet, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Dialogs } from '../components/dialogs/Dialogs.tsx';
import { Dock } from '../components/dock/Dock.tsx';
import { Palette } from '../components/palette/Palette.tsx';
import { useClusterEvents } from '../hooks/use-clusters.ts';
import classes from './AppLayout.module.css';
import { LinkBanner } from './LinkBanner.tsx';
import { Sidebar } from './Sidebar.tsx';

/** The frame of every page: navigation at the side, the page, and the dock with logs and terminals below it. */
export function AppLayout() {
  const { t } = useTranslation();
  const { cluster } = useParams({ strict: false });
  useClusterEvents();
  return (
    <div className={classes.app}>
      <button type="button" className={classes.skip} onClick={skip}>
        {t('app.skip')}
      </button>
      <Sidebar cluster={cluster} />
      <div className={classes.main}>
        <LinkBanner />
        <main id="content" tabIndex={-1} className={classes.content}>
          <Outlet />
        </main>
        <Dock />
      </div>
      <Dialogs />
      <Palette cluster={cluster} />
    </div>
  );
}

/** A button, not a link: the address after # is the router's. */
function skip(): void {
  document.getElementById('content')?.focus();
}
