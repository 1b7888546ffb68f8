import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { client } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { SecretField } from '../../components/forms/fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { useAbout } from './cloud-calls.ts';
import { secretName } from './cloud-draft.ts';
import { authUrlOf, keptWords, sourceWords } from './cloud-words.ts';
import '../../components/forms/forms.css';
import { useDraft } from '../../components/forms/use-draft.ts';

type Props = { cloud: Cloud; cancelLabel?: string; onCancel: () => void; onUnlocked: () => void };

/** Asks for the secret of a cloud whose secret is missing, logs in with it, and stays until that worked. */
export function UnlockForm({ cloud, cancelLabel = 'Cancel', onCancel, onUnlocked }: Props) {
  const about = useAbout();
  const label = (cloud.source.kind === 'typed' && secretName(cloud.source.login.kind)) || 'Password';
  const draft = useDraft(
    { secret: '' },
    ({ secret }): { secret?: string } => (secret === '' ? { secret: `Give the ${label.toLowerCase()}.` } : {}),
    ['secret'],
  );
  const unlock = useMutation({
    mutationFn: async (secret: string) => {
      await client.clouds.unlock({ id: cloud.id, secret });
      return client.clouds.test({ id: cloud.id });
    },
    onSuccess: onUnlocked,
    onError: () => requestAnimationFrame(() => document.getElementById(draft.id('secret'))?.focus()),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!unlock.isPending && draft.ready()) unlock.mutate(draft.value.secret);
  }

  const authUrl = authUrlOf(cloud.source);
  return (
    <form onSubmit={submit} noValidate className="form">
      <p className="dim form-lead">
        {sourceWords(cloud.source)}
        {authUrl ? ` at ${authUrl}` : ''}. The console does not have its secret (any more), so it cannot log in.
      </p>
      <SecretField
        draft={draft}
        field="secret"
        label={label}
        hint={about.data ? keptWords(about.data.secrets) : ' '}
        autoFocus
      />
      <FormFoot error={unlock.error} back={<Button onClick={onCancel}>{cancelLabel}</Button>}>
        <Button type="submit" kind="primary" disabled={unlock.isPending}>
          {unlock.isPending ? 'Logging in…' : 'Unlock'}
        </Button>
      </FormFoot>
    </form>
  );
}
