import { fleetPath } from '../lib/routes.ts';
import { LinkButton } from './button.tsx';
import { EmptyState } from './empty-state.tsx';

/** The page of an address that does not exist, such as that of a host that was removed. */
export function NotFound({ title = 'Page not found', children }: { title?: string; children?: React.ReactNode }) {
  return (
    <div className="page">
      <EmptyState title={title} actions={<LinkButton href={fleetPath}>Back to Fleet</LinkButton>}>
        {children}
      </EmptyState>
    </div>
  );
}
