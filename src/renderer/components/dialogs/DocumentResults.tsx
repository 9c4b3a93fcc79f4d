import { useTranslation } from 'react-i18next';
import type { DocumentResult } from '../../../ipc/kube.ts';
import type { Standing } from '../../kube/standing.ts';
import { StatusMark } from '../common/StatusMark.tsx';
import classes from '../yaml/Yaml.module.css';

const LEVELS: Record<DocumentResult['outcome'], Standing['level']> = {
  created: 'good',
  configured: 'good',
  unchanged: 'done',
  failed: 'bad',
};

/** What became of every document. */
export function DocumentResults({ results, dryRun }: { results: readonly DocumentResult[]; dryRun: boolean }) {
  const { t } = useTranslation();
  const failed = results.filter((result) => result.outcome === 'failed').length;
  const head =
    failed > 0 ? t('createYaml.someFailed', { failed, total: results.length }) : dryRun ? t('createYaml.checked') : t('createYaml.results');
  return (
    <div role="status" aria-label={t('createYaml.results')}>
      <p>{head}</p>
      <ul className={classes.results}>
        {results.map((result) => (
          <li key={`${result.index} ${result.kind} ${result.name}`}>
            <StatusMark standing={{ level: LEVELS[result.outcome], word: t(`createYaml.outcomes.${result.outcome}`) }} />
            <span>
              {result.kind} {result.namespace ? `${result.namespace}/` : ''}
              {result.name}
            </span>
            {result.error ? <p>{result.error.message}</p> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
