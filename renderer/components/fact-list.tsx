import type { ReactNode } from 'react';
import classes from './fact-list.module.css';

/** Facts by name, in two columns. The children are `dt` and `dd` elements. */
export function FactList({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}
