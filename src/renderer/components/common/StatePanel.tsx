import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './StatePanel.module.css';

interface Props {
  icon: LucideIcon;
  title: string;
  /** `bad` for errors. */
  tone?: 'bad';
  children?: ReactNode;
  actions?: ReactNode;
}

/** What a page says when it has nothing to show: why, and what to do. */
export function StatePanel({ icon: Icon, title, tone, children, actions }: Props) {
  return (
    <div className={classes.panel} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon size={30} strokeWidth={1.5} className={tone === 'bad' ? classes.bad : classes.icon} aria-hidden="true" />
      <h2 className={classes.title}>{title}</h2>
      {children ? <div className={classes.text}>{children}</div> : null}
      {actions ? <div className={classes.actions}>{actions}</div> : null}
    </div>
  );
}
