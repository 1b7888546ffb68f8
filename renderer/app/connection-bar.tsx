import { useConnection } from '../bridge/console-state.ts';
import { toDisplayError } from '../bridge/display-error.ts';

/** A quiet bar while the page has lost the console; what is shown below it is what was last told. */
export function ConnectionBar() {
  const link = useConnection();
  if (link.state !== 'lost' || link.tries < 2) return null;
  const { message, remedy } = toDisplayError(link.error ?? new Error('The stream of changes ended'));
  return (
    <div className="connection-bar" role="status">
      <b>Console not connected.</b>
      <span className="cut" title={`${message}. ${remedy}`}>
        {message}. {remedy} Trying again by itself; what you see is what was last known.
      </span>
    </div>
  );
}
