import type { Standing } from '../../kube/standing.ts';
import classes from './StatusMark.module.css';

const SHAPES: Record<Standing['level'], React.ReactNode> = {
  good: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  busy: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  bad: <path d="M6 .8 11.6 11H.4z" fill="currentColor" />,
  done: (
    <path d="m1.8 6.4 2.8 2.8 5.6-6.4" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
  ),
  idle: <rect x="2" y="2" width="8" height="8" rx="1.5" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  unknown: <path d="M6 .9 11.1 6 6 11.1.9 6z" fill="none" stroke="currentColor" strokeWidth="1.8" />,
};

/** Status by shape and word; colour only helps. */
export function StatusMark({ standing }: { standing: Standing }) {
  return (
    <span className={classes.mark} title={standing.detail}>
      <svg viewBox="0 0 12 12" className={classes[standing.level]} aria-hidden="true">
        {SHAPES[standing.level]}
      </svg>
      <span className="truncate">{standing.word}</span>
    </span>
  );
}
