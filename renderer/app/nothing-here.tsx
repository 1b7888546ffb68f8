import { Link } from 'wouter';
import { EmptyState } from '../components/empty-state.tsx';
import { fleetPath } from '../lib/routes.ts';

/** The page for a place that there is not, such as that of a host that was removed. */
export function NothingHere({
  title = 'There is nothing here',
  children,
}: {
  title?: string;
  children?: React.ReactNode;
}) {
  return (
    <div className="page">
      <EmptyState
        title={title}
        actions={
          <Link href={fleetPath} className="btn">
            To the fleet
          </Link>
        }
      >
        {children}
      </EmptyState>
    </div>
  );
}
