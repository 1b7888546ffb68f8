import { fleetPath } from '../lib/routes.ts';
import { LinkButton } from './button.tsx';
import { EmptyState } from './empty-state.tsx';

/** The page of an address that does not exist, such as that of a host that was removed. */
export function NotFound({
  title = 'Page not found',
  actions,
  children,
}: {
  title?: string;
  /** Further ways on, before the way to the fleet. */
  actions?: React.ReactNode;
  children?: React.ReactNode;
}) {
  return (
    <div className="page">
      <EmptyState
        title={title}
        actions={
          <>
            {actions}
            <LinkButton href={fleetPath}>Back to Fleet</LinkButton>
          </>
        }
      >
        {children}
      </EmptyState>
    </div>
  );
}
