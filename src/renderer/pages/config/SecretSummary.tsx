import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Secret } from '../../../kubernetes/api/generated/core-v1.ts';
import { secrets } from '../../../kubernetes/api/resources.ts';
import { Section } from '../../components/common/Facts.tsx';
import { kube } from '../../ipc/session.ts';
import { decodeSecret } from '../../kube/secret-value.ts';
import { KeyValue } from './KeyValue.tsx';

/** The keys of a Secret. Values are not in the window until somebody asks for one. */
export function SecretSummary({ cluster, object: secret }: { cluster: string; object: Secret }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const { namespace, name = '', resourceVersion } = secret.metadata;
  const { data } = useQuery({
    queryKey: ['secret', cluster, namespace, name, resourceVersion],
    queryFn: async ({ signal }) => ((await kube.get({ cluster, resource: secrets, namespace, name }, signal)) as Secret).data ?? {},
    enabled: shown.size > 0,
    gcTime: 0,
  });
  const keys = Object.keys(secret.data ?? {});
  const toggle = (key: string) =>
    setShown((now) => (now.has(key) ? new Set([...now].filter((each) => each !== key)) : new Set([...now, key])));
  return (
    <Section title={t('details.data')}>
      {keys.length === 0 ? <span className="dim">{t('details.noData')}</span> : null}
      {keys.map((key) => (
        <KeyValue
          key={key}
          name={key}
          value={shown.has(key) && data?.[key] !== undefined ? decodeSecret(data[key]) : undefined}
          onToggle={() => toggle(key)}
        />
      ))}
    </Section>
  );
}
