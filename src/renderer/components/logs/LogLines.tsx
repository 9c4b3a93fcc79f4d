import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from '../dock/Dock.module.css';
import { highlight } from './highlight.ts';
import type { LogLine } from './log-buffer.ts';
import type { LogFeed } from './log-feed.ts';

const LINE_HEIGHT = 18;

interface Props {
  label: string;
  feed: LogFeed;
  version: number;
  follow: boolean;
  onFollow(follow: boolean): void;
  times: boolean;
  wrap: boolean;
  needle: string;
  /** Id of the line that was searched for. */
  current: number | undefined;
}

/** The lines in sight. Scrolling up stops following, scrolling to the end starts it again. */
export function LogLines({ label, feed, version, follow, onFollow, times, wrap, needle, current }: Props) {
  const { buffer } = feed;
  const scrollRef = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: buffer.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    getItemKey: (index) => buffer.at(index)?.id ?? index,
  });

  useEffect(() => {
    void version;
    if (follow && buffer.length > 0) virtualizer.scrollToIndex(buffer.length - 1, { align: 'end' });
  }, [version, follow, buffer, virtualizer]);

  // Set while a search moves the view: arriving at the end that way is no wish to follow.
  const searching = useRef(false);
  useEffect(() => {
    searching.current = current !== undefined;
    const index = current === undefined ? -1 : buffer.indexOf(current);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'center' });
  }, [current, buffer, virtualizer]);

  const onWheel = (event: React.WheelEvent) => {
    searching.current = false;
    if (event.deltaY < 0) onFollow(false);
  };
  const onScroll = (event: React.UIEvent<HTMLDivElement>) => {
    const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
    if (!follow && !searching.current && scrollTop + clientHeight >= scrollHeight - 4) onFollow(true);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    searching.current = false;
    if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) onFollow(false);
  };

  return (
    <div
      ref={scrollRef}
      className={classes.log}
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      onWheel={onWheel}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = buffer.at(item.index);
          return line ? (
            <div
              key={item.key}
              ref={wrap ? virtualizer.measureElement : undefined}
              data-index={item.index}
              className={classes.line}
              data-wrap={wrap || undefined}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Line line={line} times={times} needle={needle} current={line.id === current} />
            </div>
          ) : null;
        })}
      </div>
      <Standing feed={feed} />
    </div>
  );
}

function Line({ line, times, needle, current }: { line: LogLine; times: boolean; needle: string; current: boolean }) {
  return (
    <>
      {times && line.time ? <span className={classes.stamp}>{line.time.slice(0, 23).replace('T', ' ')}</span> : null}
      {needle
        ? highlight(line.text, needle).map((part, index) =>
            part.hit ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other identity
              <mark key={index} data-current={current || undefined}>
                {part.text}
              </mark>
            ) : (
              part.text
            ),
          )
        : line.text}
    </>
  );
}

function Standing({ feed }: { feed: LogFeed }) {
  const { t } = useTranslation();
  const { state, error, buffer } = feed;
  const text =
    state === 'lost' && error
      ? feed.retries
        ? t(buffer.length > 0 ? 'logs.lost' : 'logs.waiting', { message: error.message })
        : error.message
      : state === 'ended'
        ? t('logs.ended')
        : buffer.length === 0
          ? t('logs.empty')
          : undefined;
  return (
    <>
      {buffer.dropped > 0 ? <div className={classes.footNote}>{t('logs.dropped', { count: buffer.dropped })}</div> : null}
      {text ? <div className={classes.footNote}>{text}</div> : null}
    </>
  );
}
