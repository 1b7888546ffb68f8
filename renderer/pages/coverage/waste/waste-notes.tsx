import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import type { WasteConditions, WasteList } from '../../../../electron/contract/waste.ts';
import { Notice } from '../../../components/notice.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { formatCount, plural } from '../../../format/numbers.ts';
import { hostNames, leftOutWords } from './words.ts';

type Props = {
  list: WasteList;
  conditions: WasteConditions;
  hosts: ReadonlyMap<string, HostSummary>;
};

/** What should be known of the list as a whole: hosts that are not in it or old in it, and copies that were left out. */
export function WasteNotes({ list, conditions, hosts }: Props) {
  const { unknown, down, shifted, oldest, looked } = list.hosts;
  const left = leftOutWords(list, conditions);
  const oldestDown = down.reduce<number | null>((oldest, id) => {
    const at = hosts.get(id)?.refreshedAt ?? null;
    return oldest === null || (at !== null && at < oldest) ? at : oldest;
  }, null);
  return (
    <>
      {unknown.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(unknown.length, 'host is', 'hosts are')} not in this list</b>, since what is cached there is not
          known: {hostNames(unknown, hosts)}.
        </Notice>
      ) : null}
      {down.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(down.length, 'host is', 'hosts are')} down</b> and taken as last seen
          {oldestDown === null ? '' : ', '}
          {oldestDown === null ? null : <RelativeTime time={oldestDown} />}: {hostNames(down, hosts)}. Nothing can be
          deleted there now.
        </Notice>
      ) : null}
      {shifted.length > 0 ? (
        <Notice tone="warn">
          <b>Times in the future</b>, not to be trusted, are told by {hostNames(shifted, hosts)}.
        </Notice>
      ) : null}
      <p className="dim waste-notes">
        {list.images > list.rows.length
          ? `The ${formatCount(list.rows.length)} largest of ${plural(list.images, 'image')} are listed: narrow the conditions to see the others. `
          : ''}
        {left === '' ? '' : `${left} `}
        {oldest === null ? (
          ''
        ) : (
          <>
            {plural(looked, 'host')} looked through; the oldest list is from <RelativeTime time={oldest} />.
          </>
        )}
      </p>
    </>
  );
}
