import { ActionIcon, Button, Checkbox, CloseButton, NativeSelect, TextInput, Tooltip } from '@mantine/core';
import { ArrowDownToLine, ChevronDown, ChevronUp, Download, Eraser } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { pods } from '../../../kubernetes/api/resources.ts';
import { logs } from '../../ipc/session.ts';
import { containerNames } from '../../kube/pods.ts';
import { useLiveObject } from '../../live/use-live.ts';
import { notifyError } from '../../pages/actions/notify.ts';
import { createSavedStore, useStore } from '../../state/store.ts';
import { saveText } from '../common/save-text.ts';
import classes from '../dock/Dock.module.css';
import { type DockTab, setDockContainer } from '../dock/dock-store.ts';
import { LogLines } from './LogLines.tsx';
import { LogFeed } from './log-feed.ts';
import { useLogSearch } from './use-log-search.ts';

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const showTimes = createSavedStore('log-times', false, isBoolean);
const wrapLines = createSavedStore('log-wrap', true, isBoolean);

/** The log of one container, followed. */
export function LogTab({ tab, visible }: { tab: DockTab; visible: boolean }) {
  const { t } = useTranslation();
  const { cluster, namespace, pod: podName, container } = tab;
  const pod = useLiveObject(cluster, pods, `${namespace}/${podName}`);
  const [previous, setPrevious] = useState(false);
  const [follow, setFollow] = useState(true);
  const times = useStore(showTimes);
  const wrap = useStore(wrapLines);
  const request = useMemo(
    () => ({ cluster, namespace, pod: podName, container, previous }),
    [cluster, namespace, podName, container, previous],
  );
  const feed = useFeed(request);
  const version = useSyncExternalStore(feed.subscribe, feed.getVersion);
  const [needle, setNeedle] = useState('');
  const search = useLogSearch(feed.buffer, useDeferredValue(needle), version);
  const searchRef = useRef<HTMLInputElement>(null);

  const names = pod ? containerNames(pod) : [container];
  const step = (by: 1 | -1) => {
    setFollow(false);
    search.step(by);
  };
  const download = () =>
    logs
      .read(request)
      .then((text) => saveText(`${podName}_${container}.log`, text))
      .catch((error: unknown) => notifyError(t('logs.download'), error));

  return (
    <>
      <div className={classes.toolbar} role="toolbar" aria-label={t('logs.region', { pod: podName })}>
        <NativeSelect
          size="xs"
          aria-label={t('logs.container')}
          data={names}
          value={container}
          onChange={(event) => setDockContainer(tab.id, event.currentTarget.value)}
        />
        <Checkbox size="xs" label={t('logs.follow')} checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
        <Checkbox size="xs" label={t('logs.previous')} checked={previous} onChange={(event) => setPrevious(event.currentTarget.checked)} />
        <Checkbox size="xs" label={t('logs.timestamps')} checked={times} onChange={(event) => showTimes.set(event.currentTarget.checked)} />
        <Checkbox size="xs" label={t('logs.wrap')} checked={wrap} onChange={(event) => wrapLines.set(event.currentTarget.checked)} />
        <span className={classes.grow} />
        <span className="dim num" role="status">
          {needle
            ? search.count > 0
              ? t('logs.matches', { at: search.at + 1, count: search.count })
              : t('logs.noMatches')
            : t('logs.lines', { count: feed.buffer.length })}
        </span>
        <TextInput
          ref={searchRef}
          size="xs"
          w={200}
          value={needle}
          onChange={(event) => setNeedle(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
            if (event.key === 'Escape') setNeedle('');
          }}
          aria-label={t('logs.search')}
          placeholder={t('logs.search')}
          rightSection={needle ? <CloseButton size="xs" aria-label={t('table.clearFilter')} onClick={() => setNeedle('')} /> : null}
        />
        <IconButton
          label={t('logs.previousMatch')}
          disabled={search.count === 0}
          onClick={() => step(-1)}
          icon={<ChevronUp size={16} aria-hidden="true" />}
        />
        <IconButton
          label={t('logs.nextMatch')}
          disabled={search.count === 0}
          onClick={() => step(1)}
          icon={<ChevronDown size={16} aria-hidden="true" />}
        />
        <IconButton label={t('logs.clear')} onClick={() => feed.clear()} icon={<Eraser size={15} aria-hidden="true" />} />
        <IconButton label={t('logs.download')} onClick={download} icon={<Download size={15} aria-hidden="true" />} />
      </div>
      <LogLines
        label={t('logs.region', { pod: podName })}
        feed={feed}
        version={version}
        follow={follow && visible}
        onFollow={setFollow}
        times={times}
        wrap={wrap}
        needle={needle}
        current={search.current}
      />
      {follow ? null : (
        <div className={classes.footNote}>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<ArrowDownToLine size={13} aria-hidden="true" />}
            onClick={() => setFollow(true)}
          >
            {t('logs.toEnd')}
          </Button>
        </div>
      )}
    </>
  );
}

function IconButton({ label, icon, onClick, disabled }: { label: string; icon: React.ReactNode; onClick(): void; disabled?: boolean }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick} disabled={disabled}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

type Request = ConstructorParameters<typeof LogFeed>[0];

/** A feed for as long as the request stays the same. */
function useFeed(request: Request): LogFeed {
  const feed = useMemo(() => makeFeed(request), [request]);
  useEffect(() => {
    feed.open();
    return () => feed.close();
  }, [feed]);
  return feed;
}

function makeFeed(request: Request): LogFeed {
  return new LogFeed(request, {
    follow: logs.follow,
    schedule: (notify) => void setTimeout(notify, 60),
    later(retry) {
      const timer = setTimeout(retry, 2_000);
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  });
}
