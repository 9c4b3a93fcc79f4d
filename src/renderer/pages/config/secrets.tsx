import { KeyRound } from 'lucide-react';
import type { Secret } from '../../../kubernetes/api/generated/core-v1.ts';
import { secrets } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { textColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { SecretSummary } from './SecretSummary.tsx';

export const secretsView = defineView<Secret>({
  resource: secrets,
  title: t('kinds.secrets'),
  icon: KeyRound,
  group: 'config',
  columns: [
    'name',
    textColumn(t('columns.type'), (secret) => secret.type, { width: 'minmax(110px, 1fr)' }),
    textColumn(t('columns.keys'), ({ data }) => Object.keys(data ?? {}).join(', '), { width: 'minmax(140px, 2fr)' }),
    'namespace',
    'age',
  ],
  Summary: SecretSummary,
});
