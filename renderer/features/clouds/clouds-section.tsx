import { useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import formClasses from '../../components/forms/form.module.css';
import { CloudCard } from './cloud-card.tsx';
import { AddCloudDialog, EditCloudDialog, RemoveCloudDialog } from './cloud-dialogs.tsx';
import { CloudSshDialog } from './cloud-ssh-dialog.tsx';
import classes from './clouds-section.module.css';
import { LoginCheck } from './login-check.tsx';
import { UnlockDialog } from './unlock-dialog.tsx';

type Open = { what: 'add' } | { what: 'edit' | 'remove' | 'test' | 'unlock' | 'remote'; id: string };
type Props = { clouds: readonly Cloud[]; hosts: readonly HostSummary[] };

/** The clouds in Settings, and the dialogs that change them. */
export function CloudsSection({ clouds, hosts }: Props) {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const cloud = open && open.what !== 'add' ? clouds.find(({ id }) => id === open.id) : undefined;
  return (
    <>
      <div className={formClasses.sectionHead}>
        <p className="dim">A cloud is a Keystone service (or none) and a login.</p>
        <Button kind="primary" onClick={() => setOpen({ what: 'add' })}>
          Add cloud…
        </Button>
      </div>
      {clouds.length === 0 ? (
        <div className="panel">
          <EmptyState
            title="No clouds yet"
            actions={
              <Button kind="primary" onClick={() => setOpen({ what: 'add' })}>
                Add cloud…
              </Button>
            }
          >
            Add the cloud of your glance-api hosts, then the hosts.
          </EmptyState>
        </div>
      ) : (
        <ul className={classes.clouds} aria-label="Clouds">
          {clouds.map((each) => (
            <CloudCard
              key={each.id}
              cloud={each}
              hosts={hosts.filter(({ cloudId }) => cloudId === each.id)}
              onDo={(what) => setOpen({ what, id: each.id })}
            />
          ))}
        </ul>
      )}
      {open?.what === 'add' ? <AddCloudDialog onClose={close} /> : null}
      {open?.what === 'edit' && cloud ? <EditCloudDialog cloud={cloud} onClose={close} /> : null}
      {open?.what === 'remote' && cloud ? (
        <CloudSshDialog cloud={cloud} hosts={hosts.filter(({ cloudId }) => cloudId === cloud.id)} onClose={close} />
      ) : null}
      {open?.what === 'unlock' && cloud ? <UnlockDialog cloud={cloud} onClose={close} /> : null}
      {open?.what === 'remove' && cloud ? (
        <RemoveCloudDialog cloud={cloud} hosts={hosts.filter(({ cloudId }) => cloudId === cloud.id)} onClose={close} />
      ) : null}
      {open?.what === 'test' && cloud ? (
        <Dialog title={`Log in to ${cloud.name}`} size={520} onClose={close}>
          <LoginCheck cloud={cloud} goOnLabel="Done" onGoOn={close} backLabel="Close" onBack={close} />
        </Dialog>
      ) : null}
    </>
  );
}
