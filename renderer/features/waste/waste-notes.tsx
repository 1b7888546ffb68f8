import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { WasteConditions, WasteList } from '../../../electron/contract/waste.ts';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { formatCount, plural } from '../../lib/format.ts';
import { hostNames, leftOutWords } from './words.ts';

type Props = {
  list: WasteList;
  conditions: WasteConditions;
  hosts: ReadonlyMap<string, HostSummary>;
  clouds: ReadonlyMap<string, string>;
};

/** What should be known of the list as a whole: hosts that are not in it or old in it, and copies that were left out. */
export function WasteNotes({ list, conditions, hosts, clouds }: Props) {
  const { unknown, down, shifted } = list.hosts;
  const cut =
    list.images > list.rows.length
      ? `The ${formatCount(list.rows.length)} largest are listed: narrow the conditions to see the others.`
      : '';
  const rest = `${cut} ${leftOutWords(list, conditions)}`.trim();
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
      {list.goldenUnknown.length > 0 && !conditions.golden ? (
        <Notice tone="warn">
          <b>What golden sets want is not known</b>, and so not left out, as long as the image catalogue was not read of{' '}
          {list.goldenUnknown.map((id) => clouds.get(id) ?? id).join(', ')}.
        </Notice>
      ) : null}
      {shifted.length > 0 ? (
        <Notice tone="warn">
          <b>Times in the future</b>, not to be trusted, are told by {hostNames(shifted, hosts)}.
        </Notice>
      ) : null}
      {rest === '' ? null : <p className="dim">{rest}</p>}
    </>
  );
}
