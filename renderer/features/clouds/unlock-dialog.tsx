import { useMutation } from '@tanstack/react-query';
import type { Cloud, CloudId } from '../../../electron/contract/clouds.ts';
import { client } from '../../bridge/client.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import classes from '../../components/forms/form.module.css';
import { SecretField } from '../../components/forms/form-fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { submitChecked, useCheckedForm } from '../../components/forms/use-checked-form.ts';
import { closeDialog } from '../../lib/dialog-store.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { secretName } from './cloud-form-values.ts';
import { authUrlOf, secretStorageHint, sourceLabel } from './cloud-labels.ts';
import { useAbout } from './cloud-queries.ts';

type Props = { cloud: Cloud; cancelLabel?: string; onCancel: () => void; onUnlocked: () => void };

/** Asks for the missing secret of a cloud and logs in with it. Stays until the login succeeds. */
export function UnlockForm({ cloud, cancelLabel = 'Cancel', onCancel, onUnlocked }: Props) {
  const about = useAbout();
  const label = (cloud.source.kind === 'typed' && secretName(cloud.source.login.kind)) || 'Password';
  const form = useCheckedForm({ secret: '' }, ({ secret }) =>
    secret === '' ? { secret: `Enter the ${label.toLowerCase()}.` } : {},
  );
  const unlock = useMutation({
    mutationFn: async (secret: string) => {
      await client.clouds.unlock({ id: cloud.id, secret });
      return client.clouds.test({ id: cloud.id });
    },
    onSuccess: onUnlocked,
    onError: () => requestAnimationFrame(() => form.getInputNode('secret')?.focus()),
  });

  const submit = submitChecked(form, ({ secret }) => {
    if (!unlock.isPending) unlock.mutate(secret);
  });

  const authUrl = authUrlOf(cloud.source);
  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      <p className={`dim ${classes.lead}`}>
        {sourceLabel(cloud.source)}
        {authUrl ? ` at ${authUrl}` : ''}. Its secret is not available, so the console cannot log in.
      </p>
      <SecretField
        form={form}
        field="secret"
        label={label}
        hint={about.data ? secretStorageHint(about.data.secrets) : ' '}
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

type DialogProps = { cloud: Cloud; onClose: () => void; onUnlocked?: () => void };

/** The dialog with `UnlockForm`. */
export function UnlockDialog({ cloud, onClose, onUnlocked }: DialogProps) {
  return (
    <Dialog title={`Unlock ${cloud.name}`} size={460} onClose={onClose}>
      <UnlockForm
        cloud={cloud}
        onCancel={onClose}
        onUnlocked={() => {
          onUnlocked?.();
          onClose();
        }}
      />
    </Dialog>
  );
}

/** The dialog that every page can open: asks for the secret of a cloud, then refreshes its hosts. */
export function UnlockCloud({ cloudId }: { cloudId: CloudId }) {
  const cloud = useConsolePart((state) => state.clouds.find(({ id }) => id === cloudId));
  const hosts = useConsolePart((state) => state.hosts);
  const refresh = useMutation(queries.hosts.refresh.mutationOptions({ onError: notifyFailure }));
  if (!cloud) return null;
  const ids = hosts?.filter((host) => host.cloudId === cloudId).map(({ id }) => id) ?? [];
  return <UnlockDialog cloud={cloud} onClose={closeDialog} onUnlocked={() => refresh.mutate({ ids })} />;
}
