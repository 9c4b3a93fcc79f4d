import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Bug, Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { StatePanel } from '../components/common/StatePanel.tsx';

/** A page that threw; the rest of the app works on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <StatePanel page icon={Bug} tone="bad" title={t('errors.pageTitle')} actions={<Button onClick={reset}>{t('errors.reload')}</Button>}>
      <p>{t('errors.pageHint')}</p>
      <p className="mono">{error instanceof Error ? error.message : String(error)}</p>
    </StatePanel>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <StatePanel page icon={Compass} title={t('errors.notFound')} actions={<Link to="/clusters">{t('errors.backToClusters')}</Link>}>
      {t('errors.notFoundHint')}
    </StatePanel>
  );
}
