import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Details.module.css';

export function Labels({ labels }: { labels: Record<string, string> }) {
  return <Chips texts={Object.entries(labels).map(([key, value]) => (value ? `${key}=${value}` : key))} />;
}

/** Annotations can be whole documents; long ones are cut. */
export function Annotations({ annotations }: { annotations: Record<string, string> }) {
  return (
    <Chips texts={Object.entries(annotations).map(([key, value]) => `${key}=${value.length > 160 ? `${value.slice(0, 160)}…` : value}`)} />
  );
}

const FEW = 6;

export function Chips({ texts }: { texts: readonly string[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? texts : texts.slice(0, FEW);
  if (texts.length === 0) return <span className="dim">{t('common.none')}</span>;
  return (
    <div className={classes.chips}>
      {shown.map((text) => (
        <span key={text} className={classes.chip}>
          {text}
        </span>
      ))}
      {texts.length > shown.length ? (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {t('details.showAll', { count: texts.length })}
        </Button>
      ) : null}
    </div>
  );
}
