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
  /** The panel is all there is, so its title is the page's heading. */
  page?: boolean;
}

/** What a page says when it has nothing to show: why, and what to do. */
export function StatePanel({ icon: Icon, title, tone, children, actions, page = false }: Props) {
  const Heading = page ? 'h1' : 'h2';
  return (
    <div className={classes.panel} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon size={30} strokeWidth={1.5} className={tone === 'bad' ? classes.bad : classes.icon} aria-hidden="true" />
      <Heading className={classes.title}>{title}</Heading>
      {children ? <div className={classes.text}>{children}</div> : null}
      {actions ? <div className={classes.actions}>{actions}</div> : null}
    </div>
  );
}
