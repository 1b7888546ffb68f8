import { Drawer, Skeleton } from '@mantine/core';
import { useState } from 'react';
import type { Operation } from '../../../../electron/contract/operations.ts';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { FailedNotice } from '../../../components/failed-notice.tsx';
import { useReturnFocus } from '../../../components/forms/use-return-focus.ts';
import { Notice } from '../../../components/notice.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { Tabs } from '../../../components/tabs.tsx';
import { formatCount, plural } from '../../../lib/format.ts';
import { accountExport, HostAccounts } from '../host-accounts.tsx';
import { paceWords } from '../pace-words.ts';
import { ProgramOutput } from '../program-output.tsx';
import { progressWords } from '../progress.ts';
import { ProgressBar } from '../progress-bar.tsx';
import { StateMark } from '../state-mark.tsx';
import { Took } from '../took.tsx';
import { isPartial, useTargets } from '../use-targets.ts';
import { effectWords, operationWording } from '../words.ts';
import { OperationButtons } from './operation-buttons.tsx';
import { Targets } from './targets.tsx';

const none: never[] = [];

/** One operation: how far it is, host by host, and what became of each target, and why. */
export function TargetsDrawer({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  useReturnFocus();
  const targets = useTargets(operation);
  const [tab, setTab] = useState('targets');
  const [hostId, setHostId] = useState<string | null>(null);
  const effect = effectWords(operation);
  const pace = paceWords(operation);
  const hosts = targets.data?.hosts ?? none;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={1000}
      title={operation.title}
      lockScroll={false}
      classNames={{ content: 'targets-content', body: 'targets-body', header: 'targets-header' }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="targets-head">
        <StateMark wording={operationWording(operation)} />
        <span role="status">{progressWords(operation)}</span>
        {effect ? <span>{effect}</span> : null}
        <span className="grow" />
        <OperationButtons operation={operation} onLeave={onClose} />
      </div>
      <ProgressBar of={operation} />
      <p className="dim">
        Started <RelativeTime time={operation.startedAt} />, {operation.endedAt === null ? 'running for' : 'took'}{' '}
        <Took operation={operation} />
        {pace ? `. ${pace}` : ''}
      </p>
      {operation.state === 'interrupted' ? (
        <Notice tone="warn">
          The console ended while this ran. “Continue” asks the hosts what is true first, then does only what is left.
        </Notice>
      ) : null}
      {targets.error ? <FailedNotice error={targets.error} again={targets.refetch} /> : null}
      {targets.isPending ? (
        <div role="status">
          <span className="hidden-text">Loading the targets…</span>
          <Skeleton height={31} mb={10} />
          <Skeleton height={240} radius={9} />
        </div>
      ) : null}
      {targets.data ? <ProgramOutput operation={operation} targets={targets.data.targets} /> : null}
      {targets.data ? (
        <Tabs
          label="This operation"
          current={tab}
          onChange={setTab}
          tabs={[
            {
              id: 'targets',
              label: 'Targets',
              note: formatCount(operation.total),
              noteWords: plural(operation.total, 'target'),
              panel: () => (
                <Targets
                  operation={operation}
                  targets={targets.data.targets}
                  partial={isPartial(operation)}
                  hosts={hosts}
                  hostId={hostId}
                  onHost={setHostId}
                />
              ),
            },
            {
              id: 'hosts',
              label: 'Hosts',
              note: formatCount(hosts.length),
              noteWords: plural(hosts.length, 'host'),
              panel: () => (
                <>
                  <div className="row">
                    <span className="grow dim">Open a host to see its targets.</span>
                    <ExportMenu
                      what={`${operation.title} by host`}
                      columns={accountExport}
                      shown={hosts}
                      chosen={none}
                    />
                  </div>
                  <HostAccounts
                    kind={operation.kind}
                    hosts={hosts}
                    onOpen={(id) => {
                      setHostId(id);
                      setTab('targets');
                    }}
                  />
                </>
              ),
            },
          ]}
        />
      ) : null}
    </Drawer>
  );
}
