import classes from './Overview.module.css';

interface Props {
  label: string;
  part: number | undefined;
  whole: number;
  text: string;
  /** Whether a full bar is good news. */
  good: 'full' | 'low';
}

/** A number that matters, with how much of the whole it is. */
export function Gauge({ label, part, whole, text, good }: Props) {
  const share = part === undefined || whole === 0 ? 0 : Math.min(1, part / whole);
  const tone = good === 'full' ? (share === 1 || whole === 0 ? 'ok' : 'warn') : share > 0.9 ? 'bad' : share > 0.75 ? 'warn' : 'accent';
  return (
    <div className={classes.gauge}>
      <div className={classes.gaugeLabel}>{label}</div>
      <div className={`${classes.gaugeText} num`}>{text}</div>
      <div className={classes.bar} aria-hidden="true">
        <div style={{ width: `${share * 100}%`, background: `var(--sw-${tone})` }} />
      </div>
    </div>
  );
}
