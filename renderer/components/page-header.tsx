import { type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';
import { MiddleTruncate } from './middle-truncate.tsx';
import classes from './page-header.module.css';

type Props = {
  title: string;
  mark?: ReactNode;
  parent?: { label: string; href: string };
  sub?: ReactNode;
  actions?: ReactNode;
};

/** A page's heading, the page above it, a line about it, and its actions. */
export function PageHeader({ title, mark, parent, sub, actions }: Props) {
  return (
    <div className={classes.header}>
      <div className={classes.title}>
        {parent ? (
          <nav aria-label="Breadcrumb" className={classes.breadcrumb}>
            <Link href={parent.href}>{parent.label}</Link> <span aria-hidden="true">/</span>
          </nav>
        ) : null}
        <h1>
          {mark}
          <MiddleTruncate text={title} host />
        </h1>
        {sub ? (
          <div className={classes.sub} title={typeof sub === 'string' ? sub : undefined}>
            {sub}
          </div>
        ) : null}
      </div>
      {actions ? <div className={classes.actions}>{actions}</div> : null}
    </div>
  );
}

/** Sets the title of the window. */
export function usePageTitle(title: string) {
  useEffect(() => {
    document.title = `${title} – Glance Cache Console`;
  }, [title]);
}
