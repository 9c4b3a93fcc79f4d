import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Service } from '../../../kubernetes/api/generated/core-v1.ts';
import { endpointSlices } from '../../../kubernetes/api/resources.ts';
import { Fact, Facts, Section } from '../../components/common/Facts.tsx';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { StatusMark } from '../../components/common/StatusMark.tsx';
import { Chips } from '../../components/details/Chips.tsx';
import classes from '../../components/details/Details.module.css';
import { standing } from '../../kube/standing.ts';
import { useLive } from '../../live/use-live.ts';
import { portText } from './port-text.ts';

/** Where a service answers and who stands behind it. */
export function ServiceSummary({ cluster, object: service }: { cluster: string; object: Service }) {
  const { t } = useTranslation();
  const { spec, metadata } = service;
  return (
    <>
      <Section title={t('details.addresses')}>
        <Facts>
          <Fact label={t('details.type')}>{spec?.type}</Fact>
          <Fact label={t('details.clusterIp')}>{spec?.clusterIP}</Fact>
          <Fact label="DNS">
            {spec?.type === 'ExternalName' ? (
              spec.externalName
            ) : (
              <span className="mono">{`${metadata.name}.${metadata.namespace}.svc.cluster.local`}</span>
            )}
          </Fact>
          <Fact label={t('details.ports')}>
            {spec?.ports
              ?.map((port) => `${port.name ? `${port.name} ` : ''}${portText(port)} → ${port.targetPort ?? port.port}`)
              .join(', ')}
          </Fact>
          <Fact label={t('details.selector')}>
            {spec?.selector ? <Chips texts={Object.entries(spec.selector).map(([key, value]) => `${key}=${value}`)} /> : undefined}
          </Fact>
          <Fact label={t('details.sessionAffinity')}>{spec?.sessionAffinity === 'None' ? undefined : spec?.sessionAffinity}</Fact>
        </Facts>
      </Section>
      <Section title={t('details.endpoints')}>
        <Endpoints cluster={cluster} service={service} />
      </Section>
    </>
  );
}

function Endpoints({ cluster, service: { metadata } }: { cluster: string; service: Service }) {
  const { t } = useTranslation();
  const { items } = useLive(cluster, endpointSlices);
  const endpoints = useMemo(
    () =>
      items
        .filter(
          (slice) =>
            slice.metadata.namespace === metadata.namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name,
        )
        .flatMap((slice) => slice.endpoints ?? []),
    [items, metadata],
  );
  if (endpoints.length === 0) return <span className="dim">{t('details.noEndpoints')}</span>;
  return (
    <table className={classes.table} aria-label={t('details.endpoints')}>
      <tbody>
        {endpoints.map((endpoint) => (
          <tr key={endpoint.addresses.join()}>
            <td className="mono">{endpoint.addresses.join(', ')}</td>
            <td>
              <StatusMark standing={endpoint.conditions?.ready === false ? standing('busy', 'Not ready') : standing('good', 'Ready')} />
            </td>
            <td>
              {endpoint.targetRef?.name ? (
                <ObjectLink
                  cluster={cluster}
                  kind={endpoint.targetRef.kind ?? 'Pod'}
                  namespace={metadata.namespace}
                  name={endpoint.targetRef.name}
                />
              ) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
