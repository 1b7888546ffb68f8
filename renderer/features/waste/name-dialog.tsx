import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { failureOf } from '../../bridge/failures.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { Dialog } from '../../components/forms/dialog.tsx';
import { Notice } from '../../components/notice.tsx';

type Props = {
  title: string;
  action: string;
  name: string;
  pending: boolean;
  error: unknown;
  onName: (name: string) => void;
  onClose: () => void;
};

/** Asks for the name of a filter. */
export function NameDialog({ title, action, name, pending, error, onName, onClose }: Props) {
  const [typed, setTyped] = useState(name);
  const wanted = typed.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted !== '' && !pending) onName(wanted);
  };
  return (
    <Dialog title={title} size={440} onClose={onClose}>
      <form className="form-verdict" onSubmit={submit}>
        <TextInput
          label="Name"
          data-autofocus
          maxLength={100}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        {error ? (
          <Notice tone="bad" live>
            <FailureText failure={failureOf(error)} />
          </Notice>
        ) : null}
        <div className="form-buttons">
          <Button onClick={onClose}>Cancel</Button>
          <span className="grow" />
          <Button type="submit" kind="primary" disabled={wanted === '' || pending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
