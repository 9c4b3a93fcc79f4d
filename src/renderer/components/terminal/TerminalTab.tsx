import { Button, NativeSelect } from '@mantine/core';
import { RotateCw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pods } from '../../../kubernetes/api/resources.ts';
import { containerNames } from '../../kube/pods.ts';
import { useLiveObject } from '../../live/use-live.ts';
import classes from '../dock/Dock.module.css';
import { type DockTab, setDockContainer } from '../dock/dock-store.ts';
import { openTerminal, type TerminalEnd } from './open-terminal.ts';

/** A shell in a container. It lives until its tab is closed, whatever page is shown. */
export function TerminalTab({ tab, visible }: { tab: DockTab; visible: boolean }) {
  const { t } = useTranslation();
  const { cluster, namespace, pod: podName, container } = tab;
  const pod = useLiveObject(cluster, pods, `${namespace}/${podName}`);
  const host = useRef<HTMLDivElement>(null);
  const [round, setRound] = useState(0);
  const [end, setEnd] = useState<TerminalEnd>();
  const terminal = useRef<ReturnType<typeof openTerminal>>(undefined);

  useEffect(() => {
    void round;
    if (!host.current) return;
    setEnd(undefined);
    const opened = openTerminal(host.current, { cluster, namespace, pod: podName, container }, setEnd);
    terminal.current = opened;
    return () => opened.close();
  }, [cluster, namespace, podName, container, round]);

  useEffect(() => {
    if (visible) terminal.current?.focus();
  }, [visible]);

  return (
    <>
      <div className={classes.toolbar}>
        <NativeSelect
          size="xs"
          aria-label={t('terminal.container')}
          data={pod ? containerNames(pod) : [container]}
          value={container}
          onChange={(event) => setDockContainer(tab.id, event.currentTarget.value)}
        />
        <span className="dim" role="status">
          {end ? endText(end, t) : ''}
        </span>
        {end ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<RotateCw size={13} aria-hidden="true" />}
            onClick={() => setRound((now) => now + 1)}
          >
            {t('terminal.again')}
          </Button>
        ) : null}
      </div>
      <div ref={host} className={classes.terminal} role="region" aria-label={t('terminal.region', { pod: podName })} />
    </>
  );
}

function endText(end: TerminalEnd, t: ReturnType<typeof useTranslation>['t']): string {
  if (end.error) return t('terminal.failed', { message: end.error });
  return end.code === undefined ? t('terminal.ended') : t('terminal.exited', { code: end.code });
}
