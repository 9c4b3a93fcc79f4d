import { useTranslation } from 'react-i18next';
import type { ConfigMap } from '../../../kubernetes/api/generated/core-v1.ts';
import { Section } from '../../components/common/Facts.tsx';
import { formatBytes } from '../../kube/format.ts';
import { KeyValue } from './KeyValue.tsx';

export function ConfigMapSummary({ object: { data = {}, binaryData = {} } }: { cluster: string; object: ConfigMap }) {
  const { t } = useTranslation();
  const texts = Object.entries(data);
  const binaries = Object.entries(binaryData);
  return (
    <Section title={t('details.data')}>
      {texts.length + binaries.length === 0 ? <span className="dim">{t('details.noData')}</span> : null}
      {texts.map(([key, value]) => (
        <KeyValue key={key} name={key} value={value} />
      ))}
      {binaries.map(([key, value]) => (
        <KeyValue key={key} name={key} value={t('details.binary', { size: formatBytes((value.length * 3) / 4) })} />
      ))}
    </Section>
  );
}
