import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProvisionStep } from '../../../ipc/cluster.ts';
import { clusters } from '../../ipc/session.ts';
import { formatSeconds } from '../../kube/format.ts';
import type { Standing } from '../../kube/standing.ts';
import { StatusMark } from '../common/StatusMark.tsx';
import classes from './StepList.module.css';

const LEVELS: Record<ProvisionStep['state'], Standing['level']> = { pending: 'idle', running: 'busy', done: 'done', failed: 'bad' };

/** The steps of an operation with their times; one that failed opens its log. */
export function StepList({ cluster, steps, error }: { cluster: string; steps: readonly ProvisionStep[]; error?: string | undefined }) {
  const { t } = useTranslation();
  const running = steps.some((step) => step.state === 'running');
  const now = useNow(running);
  const began = steps.find((step) => step.state !== 'pending')?.startedAt;
  const ended = Math.max(0, ...steps.map((step) => step.startedAt + (step.durationMs ?? 0)));
  const failed = steps.find((step) => step.state === 'failed');
  if (steps.length === 0) return error ? <p role="alert">{error}</p> : <p className="dim">{t('steps.waiting')}</p>;
  return (
    <>
      <ol className={classes.steps} aria-label={t('steps.list')}>
        {steps.map((step) => (
          <li key={step.step} className={classes.step} data-state={step.state} aria-current={step.state === 'running' ? 'step' : undefined}>
            <StatusMark standing={{ level: LEVELS[step.state], word: step.title }} />
            <span className="visually-hidden">{t(`steps.states.${step.state}`)}</span>
            <span className={`${classes.time} num`}>{timeOf(step, now)}</span>
            {step.detail ? <span className={classes.detail}>{step.detail}</span> : null}
          </li>
        ))}
      </ol>
      <p className={`${classes.total} num`} role="status">
        {began === undefined
          ? ''
          : running
            ? t('steps.total', { time: formatSeconds(now - began) })
            : t('steps.took', { time: formatSeconds(ended - began) })}
      </p>
      {failed ? <FailedStep cluster={cluster} step={failed} error={error} /> : null}
    </>
  );
}

function timeOf(step: ProvisionStep, now: number): string {
  if (step.state === 'pending') return '';
  return formatSeconds(step.durationMs ?? Math.max(0, now - step.startedAt));
}

function FailedStep({ cluster, step, error }: { cluster: string; step: ProvisionStep; error?: string | undefined }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(true);
  const log = useQuery({
    queryKey: ['step-log', cluster, step.step],
    queryFn: ({ signal }) => clusters.stepLog({ name: cluster, step: step.step }, signal),
    enabled: step.logFile !== undefined,
    retry: false,
  });
  return (
    <div className={classes.failed}>
      <p role="alert" className={classes.error}>
        {step.detail ?? error ?? t('steps.failed')}
      </p>
      {step.logFile ? (
        <>
          <Button size="compact-xs" variant="default" aria-expanded={open} onClick={() => setOpen((now) => !now)}>
            {t('steps.log')}
          </Button>
          {open && (log.data ?? log.error) ? (
            <pre className={classes.log} tabIndex={0} aria-label={t('steps.log')}>
              {log.data ?? log.error?.message}
            </pre>
          ) : null}
          <p className="dim mono">{step.logFile}</p>
        </>
      ) : null}
    </div>
  );
}

/** The time, moving while something runs. */
function useNow(moving: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [moving]);
  return now;
}
