import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import classes from './TimeChart.module.css';

const HEIGHT = 96;

interface Props {
  title: string;
  /** The chart in words, for those who cannot see it. */
  inWords(now: string, max: string): string;
  /** Seconds since the epoch. */
  times: readonly number[];
  values: readonly (number | null)[];
  format(value: number): string;
  limit?: number | undefined;
  minutes: number;
  /** The axis counts in powers of two: bytes. */
  binary?: boolean;
  /** Shown instead of a line. */
  empty?: string | undefined;
}

/** One measure over time. Keeps its height whatever it has to show. */
export function TimeChart({ title, inWords, times, values, format, limit, minutes, binary = false, empty }: Props) {
  const { t } = useTranslation();
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useComputedColorScheme('light');
  const known = useMemo(() => values.filter((value) => value !== null), [values]);
  const now = known.at(-1);
  const max = known.length > 0 ? Math.max(...known) : undefined;

  useEffect(() => {
    void scheme; // the plot takes its colours from the page when it is made
    if (!host.current || width < 40) return;
    const chart = new uPlot(optionsFor(width, format, binary), [[], []], host.current);
    plot.current = chart;
    return () => chart.destroy();
  }, [width, format, binary, scheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new width or scheme makes a new, empty plot
  useEffect(() => {
    const end = times.at(-1) ?? 0;
    plot.current?.setData([[...times], [...values]], false);
    if (end > 0) plot.current?.setScale('x', { min: end - minutes * 60, max: end });
    plot.current?.setScale('y', { min: 0, max: topOf(max ?? 0, limit) });
  }, [times, values, minutes, max, limit, width, scheme]);

  return (
    <figure
      className={classes.figure}
      aria-label={now === undefined || max === undefined ? `${title}: ${empty ?? ''}` : inWords(format(now), format(max))}
    >
      <figcaption className={classes.caption}>
        <span>{title}</span>
        <span className="num dim">{now === undefined ? '' : t('metrics.now', { value: format(now) })}</span>
        <span className="num dim">{max === undefined ? '' : t('metrics.max', { value: format(max) })}</span>
      </figcaption>
      <div ref={sizeRef} className={classes.frame} style={{ height: HEIGHT }}>
        <div ref={host} aria-hidden="true" hidden={empty !== undefined} />
        {empty ? <span className={classes.empty}>{empty}</span> : null}
      </div>
    </figure>
  );
}

/** The limit is drawn into view only when the line comes near it: otherwise the line would lie flat at the bottom. */
function topOf(max: number, limit: number | undefined): number {
  const top = max > 0 ? max * 1.15 : 1;
  return limit && max > limit * 0.5 ? Math.max(top, limit) : top;
}

const BINARY_STEPS = Array.from({ length: 42 }, (_, power) => 2 ** power);
const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

function optionsFor(width: number, format: (value: number) => string, binary: boolean): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--sw-${name}`).trim();
  const axis = {
    stroke: colour('dim'),
    font: '11px Inter Variable, sans-serif',
    ticks: { show: false },
    grid: { stroke: colour('line'), width: 1 },
  };
  return {
    width,
    height: HEIGHT,
    padding: [6, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [
      { ...axis, size: 20, space: 70, values: (_plot, ticks) => ticks.map((tick) => timeOfDay.format(tick * 1000)) },
      {
        ...axis,
        size: 62,
        space: 28,
        ...(binary ? { incrs: BINARY_STEPS } : {}),
        values: (_plot, ticks) => ticks.map((tick) => format(tick)),
      },
    ],
    series: [
      {},
      {
        stroke: colour('accent'),
        width: 1.6,
        fill: `color-mix(in srgb, ${colour('accent')} 12%, transparent)`,
        spanGaps: false,
        points: { show: false },
      },
    ],
  };
}
