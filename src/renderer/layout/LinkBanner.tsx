import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { linkState } from '../ipc/session.ts';
import { useStore } from '../state/store.ts';
import classes from './AppLayout.module.css';

/** Says when main is not reached: everything on the screen may be old. */
export function LinkBanner() {
  const { t } = useTranslation();
  const state = useStore(linkState);
  if (state !== 'lost' && state !== 'refused') return null;
  return (
    <div className={classes.banner} role="alert">
      <Unplug size={15} aria-hidden="true" />
      {t(`link.${state}`)}
    </div>
  );
}
