import { useRef, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { Button } from '../../components/button.tsx';
import { plural } from '../../lib/format.ts';
import { PasteHosts } from '../hosts/paste-hosts.tsx';
import { countLines } from '../hosts/paste-words.ts';
import { AddOne } from './add-one.tsx';
import { HostRow } from './host-row.tsx';

type Props = { cloudId: string; hosts: readonly HostSummary[]; onBack: () => void; onDone: () => void };

/** Up to so many hosts are tried by themselves; more would keep each other waiting, and the fleet polls them anyway. */
const triedByThemselves = 12;

/** The fleet shows any number; this is only the way to it. */
const mostShown = 100;

/** The hosts of the new cloud: one by one, or many at once. */
export function HostsStep({ cloudId, hosts, onBack, onDone }: Props) {
  const [pasted, setPasted] = useState<string>();
  const adding = useRef<HTMLElement>(null);
  const ready = hosts.length > 0;
  const failing = hosts.filter(({ state }) => state === 'failed').length;
  return (
    <>
      <section className="panel welcome-way" aria-label="Add hosts" ref={adding}>
        {pasted === undefined ? (
          <AddOne
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
          <ul className="panel welcome-hosts">
            {hosts.slice(0, mostShown).map((host) => (
              <HostRow
                key={host.id}
                host={host}
                tryNow={hosts.length <= triedByThemselves}
                onRemoved={() => adding.current?.querySelector<HTMLElement>('input, textarea')?.focus()}
              />
            ))}
            {hosts.length > mostShown ? (
              <li className="dim form-none">
                … and {plural(hosts.length - mostShown, 'host')} more, all in the fleet.
              </li>
            ) : null}
          </ul>
        </section>
      ) : null}
      <div className="row welcome-end">
        <Button onClick={onBack}>Back</Button>
        <span className="grow" />
        {ready ? (
          <span className="dim">
            {plural(hosts.length, 'host')}
            {failing > 0 ? `, ${failing} with trouble: they can also be corrected later, in Settings` : ''}
          </span>
        ) : (
          <span className="dim">Hosts can also be added later, in Settings.</span>
        )}
        <Button kind={ready ? 'primary' : 'plain'} onClick={onDone}>
          {ready ? 'Open the fleet' : 'Skip'}
        </Button>
      </div>
    </>
  );
}
