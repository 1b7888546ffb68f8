import { type ClipboardEvent, type FormEvent, useRef, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostSettings } from '../../../electron/contract/hosts.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import formClasses from '../../components/forms/form.module.css';
import { submitChecked, useCheckedForm } from '../../components/forms/use-checked-form.ts';
import { Notice } from '../../components/notice.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { AddressField, defaultPorts, LimitField, NameField } from '../hosts/host-form-fields.tsx';
import { emptyHost, hostErrors, readAddress } from '../hosts/host-form-values.ts';
import { useSaveHost } from '../hosts/host-queries.ts';
import { countLines, PasteHosts } from '../hosts/paste-hosts.tsx';
import { RegionSelect } from '../hosts/region-select.tsx';
import classes from './welcome.module.css';
import { HostRow } from './welcome-host-row.tsx';

type Props = { cloudId: string; hosts: readonly HostSummary[]; onBack: () => void; onDone: () => void };

/** Up to this number of hosts are tested automatically. The fleet polls all of them anyway. */
const maxAutomaticTests = 12;

/** Hosts that this step lists. The fleet page lists all of them. */
const maxShown = 100;

/** Adds the hosts of the new cloud, one by one or many at once. */
export function HostsStep({ cloudId, hosts, onBack, onDone }: Props) {
  const [pasted, setPasted] = useState<string>();
  const adding = useRef<HTMLElement>(null);
  const ready = hosts.length > 0;
  const failing = hosts.filter(({ state }) => state === 'failed').length;
  return (
    <>
      <section className={`panel ${classes.way}`} aria-label="Add hosts" ref={adding}>
        {pasted === undefined ? (
          <AddHostForm
            cloudId={cloudId}
            hosts={hosts}
            onMany={(text) => setPasted(text)}
            onFinish={ready ? onDone : undefined}
          />
        ) : (
          <PasteHosts
            cloudId={cloudId}
            initialText={pasted}
            back={<Button onClick={() => setPasted(undefined)}>One by one</Button>}
            onAdded={(report) => {
              if (countLines(report).invalid === 0) setPasted(undefined);
            }}
          />
        )}
      </section>
      {ready ? (
        <section aria-label="Hosts added">
          <ul className={`panel ${classes.hosts}`}>
            {hosts.slice(0, maxShown).map((host) => (
              <HostRow
                key={host.id}
                host={host}
                tryNow={hosts.length <= maxAutomaticTests}
                onRemoved={() => adding.current?.querySelector<HTMLElement>('input, textarea')?.focus()}
              />
            ))}
            {hosts.length > maxShown ? (
              <li className={`dim ${formClasses.none}`}>
                … and {plural(hosts.length - maxShown, 'host')} more, all on the Fleet page.
              </li>
            ) : null}
          </ul>
        </section>
      ) : null}
      <div className={`row ${classes.end}`}>
        <Button onClick={onBack}>Back</Button>
        <span className="grow" />
        {ready ? (
          <span className="dim">
            {plural(hosts.length, 'host')}
            {failing > 0 ? `, ${failing} failed: you can correct them later in Settings` : ''}
          </span>
        ) : (
          <span className="dim">You can also add hosts later in Settings.</span>
        )}
        <Button kind={ready ? 'primary' : 'plain'} onClick={onDone}>
          {ready ? 'Open the fleet' : 'Skip'}
        </Button>
      </div>
    </>
  );
}

type AddHostProps = {
  cloudId: string;
  hosts: readonly HostSettings[];
  /** Switches to the form for many addresses, with the pasted text. */
  onMany: (text: string) => void;
  /** Enter in the empty field, if a host was already added. */
  onFinish: (() => void) | undefined;
};

/** Adds one host after the other with Enter. Enter in the empty field finishes. */
function AddHostForm({ cloudId, hosts, onMany, onFinish }: AddHostProps) {
  const save = useSaveHost();
  const taken = (address: string) => hosts.find((host) => host.address === address)?.name;
  const form = useCheckedForm(emptyHost, (values) => hostErrors(values, taken));
  const address = readAddress(form.values.address, taken);
  const add = submitChecked(form, (values) => {
    save.mutate(
      { id: undefined, cloudId, values },
      {
        onSuccess: () => {
          form.reset();
          form.getInputNode('address')?.focus();
        },
      },
    );
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (save.isPending) return;
    if (form.values.address.trim() === '' && onFinish) onFinish();
    else add(event);
  }

  function paste(event: ClipboardEvent) {
    const text = event.clipboardData.getData('text');
    if (text.trim().split(/\r?\n/).length < 2) return;
    event.preventDefault();
    onMany(text);
  }

  return (
    <form onSubmit={submit} noValidate className={classes.add}>
      <div className={classes.addFields} onPaste={paste}>
        <AddressField form={form} reading={address} hint={defaultPorts} />
        <NameField form={form} reading={address} />
        <LimitField form={form} hint="Optional." />
        <Button
          type="submit"
          kind={onFinish && form.values.address === '' ? 'plain' : 'primary'}
          disabled={save.isPending}
        >
          Add
        </Button>
      </div>
      {save.error ? (
        <Notice tone="bad" live>
          <FailureText failure={toDisplayError(save.error)} />
        </Notice>
      ) : null}
      <div className={`row ${classes.many}`}>
        <RegionSelect
          cloudId={cloudId}
          region={form.values.region}
          onChange={(region) => form.setFieldValue('region', region)}
        />
        <Button kind="quiet" onClick={() => onMany('')}>
          Paste several…
        </Button>
        <Button kind="quiet" onClick={() => openDialog({ kind: 'findHosts', cloudId })}>
          Find hosts…
        </Button>
      </div>
    </form>
  );
}
