import { type ReactNode, useId } from 'react';
import { Notice } from '../notice.tsx';
import classes from './typed-name.module.css';

type Props = {
  name: string;
  typed: string;
  onType: (text: string) => void;
  /** The reason why the name is asked for. */
  children?: ReactNode;
};

/** Asks for the name of a cloud or of a host before something destructive on a production cloud. */
export function TypedName({ name, typed, onType, children }: Props) {
  const id = useId();
  return (
    <Notice tone="bad">
      <div className="row">
        <label htmlFor={id}>
          {children ?? (
            <>
              This cloud is marked as <b>production</b>.
            </>
          )}{' '}
          Type <b className={`mono ${classes.name}`}>{name}</b> to confirm.
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
