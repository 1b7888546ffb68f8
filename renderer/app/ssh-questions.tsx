import { Modal, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { PendingSshQuestion } from '../../electron/contract/remote.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { queries } from '../bridge/queries.ts';
import { Button } from '../components/button.tsx';
import { DialogFocus } from '../components/dialog-focus.tsx';
import { Notice } from '../components/notice.tsx';
import { notifyFailure } from '../lib/notify.ts';

import classes from './ssh-questions.module.css';

const none: never[] = [];
const titles: Record<PendingSshQuestion['kind'], string> = {
  hostKey: 'Is this the right host?',
  passphrase: 'ssh asks for a passphrase',
  password: 'ssh asks for a password',
  confirm: 'ssh asks',
  notice: 'ssh is waiting for an answer',
  other: 'ssh asks',
};

/** The questions of ssh, one at a time, above any page and dialog. */
export function SshQuestions() {
  const questions = useConsolePart((state) => state.questions) ?? none;
  const [first] = questions;
  return first ? <SshQuestion key={first.id} question={first} more={questions.length - 1} /> : null;
}

function SshQuestion({ question, more }: { question: PendingSshQuestion; more: number }) {
  const { id, kind, destination, text, echo } = question;
  const [typed, setTyped] = useState('');
  const answer = useMutation(queries.remote.answer.mutationOptions({ onError: notifyFailure }));
  const say = (words: string | null) => {
    if (!answer.isPending) answer.mutate({ id, answer: words });
  };
  const yesNo = kind === 'hostKey' || kind === 'confirm';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (kind !== 'notice' && !yesNo) say(typed);
  };
  const field = {
    label: kind === 'passphrase' ? 'Passphrase' : kind === 'password' ? 'Password' : 'Answer',
    value: typed,
    autoComplete: 'off',
    'data-autofocus': true,
    onChange: (event: { currentTarget: { value: string } }) => setTyped(event.currentTarget.value),
  };
  return (
    // Without a header: the dialog below may have one, and two on a page are too many for assistive technology.
    <Modal.Root opened onClose={() => say(null)} size={560} zIndex={400} closeOnClickOutside={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={titles[kind]}>
        <Modal.Body className={classes.body}>
          <DialogFocus />
          <h2>{titles[kind]}</h2>
          <form className={classes.question} onSubmit={submit} noValidate>
            <p>
              <span className="dim">Logging in to</span> <b>{destination}</b>
              {more > 0 ? <span className="dim">; {more} more questions</span> : null}
            </p>
            <pre className={`ssh-words ${classes.prompt}`}>{text}</pre>
            {kind === 'hostKey' ? (
              <Notice tone="warn">
                Compare the fingerprint with the host’s. A trusted key is saved in your known_hosts file.
              </Notice>
            ) : null}
            {yesNo || kind === 'notice' ? null : echo ? (
              <TextInput {...field} spellCheck={false} />
            ) : (
              <PasswordInput
                {...field}
                visibilityToggleFocusable
                visibilityToggleButtonProps={{ 'aria-label': 'Show input' }}
                description="Passed to ssh; not stored."
              />
            )}
            <div className="dialog-footer">
              <Button onClick={() => say(null)} data-autofocus={yesNo || undefined}>
                {kind === 'notice' ? 'Give up' : kind === 'hostKey' ? 'Reject key' : 'Refuse'}
              </Button>
              {kind === 'notice' ? null : (
                <Button
                  type={yesNo ? 'button' : 'submit'}
                  kind="primary"
                  disabled={answer.isPending}
                  {...(yesNo ? { onClick: () => say('yes') } : {})}
                >
                  {kind === 'hostKey' ? 'Trust this host' : kind === 'confirm' ? 'Yes' : 'Answer'}
                </Button>
              )}
            </div>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
