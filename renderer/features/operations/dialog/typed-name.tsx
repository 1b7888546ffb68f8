import { useId } from 'react';
import { Notice } from '../../../components/notice.tsx';

type Props = { name: string; typed: string; onType: (text: string) => void };

/** On a cloud marked as production, what destroys much is confirmed by typing its name or the host's. */
export function TypedName({ name, typed, onType }: Props) {
  const id = useId();
  return (
    <Notice tone="bad">
      <div className="row">
        <label htmlFor={id}>
          This cloud is marked as <b>production</b>. Type <b className="mono typed-name">{name}</b> to confirm.
        </label>
        <input
          id={id}
          className="plain-input"
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onType(event.target.value)}
        />
      </div>
    </Notice>
  );
}
