import type { ClipboardEvent, FormEvent } from 'react';
import type { HostSettings } from '../../../electron/contract/hosts.ts';
import { failureOf } from '../../bridge/failures.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { useDraft } from '../../components/forms/use-draft.ts';
import { Notice } from '../../components/notice.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { useSaveHost } from '../hosts/host-calls.ts';
import { emptyHostDraft, problemsOfHost, readAddress } from '../hosts/host-draft.ts';
import { AddressField, LimitField, NameField } from '../hosts/host-fields.tsx';

type Props = {
  cloudId: string;
  hosts: readonly HostSettings[];
  /** Many addresses were pasted, or are to be. */
  onMany: (text: string) => void;
  /** Enter in the empty field, when there is a host already. */
  onFinish: (() => void) | undefined;
};

/** One host after the other: type, Enter, type, Enter; and Enter on the empty field goes on. */
export function AddOne({ cloudId, hosts, onMany, onFinish }: Props) {
  const save = useSaveHost();
  const taken = (address: string) => hosts.find((host) => host.address === address)?.name;
  const draft = useDraft(emptyHostDraft, (value) => problemsOfHost(value, taken), ['address', 'name', 'limit']);
  const address = readAddress(draft.value.address, taken);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (save.isPending) return;
    if (draft.value.address.trim() === '' && onFinish) return onFinish();
    if (!draft.ready()) return;
    save.mutate(
      { id: undefined, cloudId, draft: draft.value },
      {
        onSuccess: () => {
          draft.replace(emptyHostDraft);
          document.getElementById(draft.id('address'))?.focus();
        },
      },
    );
  }

  function paste(event: ClipboardEvent) {
    const text = event.clipboardData.getData('text');
    if (text.trim().split(/\r?\n/).length < 2) return;
    event.preventDefault();
    onMany(text);
  }

  return (
    <form onSubmit={submit} noValidate className="welcome-add">
      <div className="welcome-add-fields" onPaste={paste}>
        <AddressField draft={draft} reading={address} hint="Port 9292 where you give none." />
        <NameField draft={draft} reading={address} />
        <LimitField draft={draft} hint="If you know it." />
        <Button
          type="submit"
          kind={onFinish && draft.value.address === '' ? 'plain' : 'primary'}
          disabled={save.isPending}
        >
          Add
        </Button>
      </div>
      {save.error ? (
        <Notice tone="bad" live>
          <FailureText failure={failureOf(save.error)} />
        </Notice>
      ) : null}
      <div className="row welcome-many">
        <Button kind="quiet" onClick={() => onMany('')}>
          Paste many at once…
        </Button>
        <Button kind="quiet" onClick={() => openDialog({ kind: 'findHosts', cloudId })}>
          Find hosts…
        </Button>
      </div>
    </form>
  );
}
