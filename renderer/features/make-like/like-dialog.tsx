import { useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { useConsolePart } from '../../bridge/live.ts';
import { Button } from '../../components/button.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import '../operations/dialog/like.css';
import { LikeDifference } from './like-difference.tsx';
import { LikeHosts } from './like-hosts.tsx';

type Props = { dialog: number; hostId?: HostId | undefined; other?: HostId | undefined; gives?: boolean | undefined };
const none: HostSummary[] = [];

/**
 * Makes a host like another: what the one has cached and the other lacks, queued on the other.
 *
 * @param gives `hostId` is the one whose images are taken; else the one that gets them
 */
export function LikeDialog({ dialog, hostId, other, gives = false }: Props) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [otherId, setOtherId] = useState(other);
  const [hereId, setHereId] = useState(hostId);
  const [given, setGiven] = useState(gives);
  const here = hosts.find(({ id }) => id === hereId);
  const there = hosts.find(({ id }) => id === otherId);
  if (!here) {
    return (
      <DialogFrame title="Make a host like another" wide>
        <LikeHosts here={undefined} gives={given} hosts={hosts} onChoose={setHereId} />
      </DialogFrame>
    );
  }
  const title = given ? `Make another host like ${here.name}` : `Make ${here.name} like another host`;
  if (!there || there.id === here.id) {
    return (
      <DialogFrame title={title} wide>
        <LikeHosts key={here.id} here={here} gives={given} hosts={hosts} onChoose={setOtherId} />
      </DialogFrame>
    );
  }
  const [from, to] = given ? [here, there] : [there, here];
  return (
    <DialogFrame title={`Make ${to.name} like ${from.name}`} wide>
      <LikeDifference
        key={`${from.id} ${to.id}`}
        topic={`${dialog} like ${from.id} ${to.id}`}
        from={from}
        to={to}
        change={
          <>
            <Button className="btn-small" onClick={() => setOtherId(undefined)}>
              Another host…
            </Button>
            <Button className="btn-small" onClick={() => setGiven(!given)}>
              The other way round
            </Button>
          </>
        }
      />
    </DialogFrame>
  );
}
