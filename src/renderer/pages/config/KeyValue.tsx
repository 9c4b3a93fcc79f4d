import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { Check, Copy, Eye, EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import classes from '../../components/details/Details.module.css';

interface Props {
  name: string;
  /** Undefined: hidden. */
  value: string | undefined;
  /** Absent: always shown. */
  onToggle?: () => void;
}

/** One entry of a ConfigMap or Secret. */
export function KeyValue({ name, value, onToggle }: Props) {
  const { t } = useTranslation();
  const toggleLabel = t(value === undefined ? 'details.reveal' : 'details.conceal', { key: name });
  return (
    <div className={classes.keyRow}>
      <div className={classes.keyHead}>
        <span className="mono">{name}</span>
        <span className={classes.push}>
          {value === undefined ? null : (
            <CopyButton value={value}>
              {({ copied, copy }) => (
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={`${copied ? t('common.copied') : t('common.copy')} ${name}`}
                  onClick={copy}
                >
                  {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
                </ActionIcon>
              )}
            </CopyButton>
          )}
          {onToggle ? (
            <Tooltip label={toggleLabel}>
              <ActionIcon size="sm" variant="subtle" color="gray" aria-label={toggleLabel} onClick={onToggle}>
                {value === undefined ? <Eye size={14} aria-hidden="true" /> : <EyeOff size={14} aria-hidden="true" />}
              </ActionIcon>
            </Tooltip>
          ) : null}
        </span>
      </div>
      <pre className={classes.value} tabIndex={0} aria-label={name}>
        {value ?? '••••••••'}
      </pre>
    </div>
  );
}
