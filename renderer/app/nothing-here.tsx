import { LinkButton } from '../components/button.tsx';
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
      <EmptyState title={title} actions={<LinkButton href={fleetPath}>To the fleet</LinkButton>}>
        {children}
      </EmptyState>
    </div>
  );
}
