import { useTranslation } from 'react-i18next';
import type { Standing } from '../../kube/standing.ts';
import { Age } from '../common/Age.tsx';
import { StatusMark } from '../common/StatusMark.tsx';
import classes from './Details.module.css';

interface AnyCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

/** Conditions that are good news when False. */
const BAD_WHEN_TRUE = /Pressure$|^NetworkUnavailable$|Failure|^Failed$|^DisruptionTarget$/;

function standingOf({ type, status }: AnyCondition): Standing {
  if (status === 'Unknown') return { level: 'unknown', word: type };
  const good = BAD_WHEN_TRUE.test(type) ? status === 'False' : status === 'True';
  return { level: good ? 'good' : BAD_WHEN_TRUE.test(type) ? 'bad' : 'busy', word: type };
}

export function Conditions({ conditions }: { conditions: readonly AnyCondition[] }) {
  const { t } = useTranslation();
  return (
    <table className={classes.table}>
      <thead className="visually-hidden">
        <tr>
          <th>{t('columns.type')}</th>
          <th>{t('columns.status')}</th>
          <th>{t('columns.message')}</th>
          <th>{t('columns.age')}</th>
        </tr>
      </thead>
      <tbody>
        {conditions.map((condition) => (
          <tr key={condition.type}>
            <td>
              <StatusMark standing={standingOf(condition)} />
            </td>
            <td>{condition.status}</td>
            <td className="dim">{condition.message || condition.reason}</td>
            <td className="dim num" style={{ textAlign: 'right', whiteSpace: 'nowrap' }}>
              <Age since={condition.lastTransitionTime} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
