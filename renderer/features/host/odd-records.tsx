import type { OddRecord } from '../../../electron/contract/images.ts';
import { Notice } from '../../components/notice.tsx';
import { plural } from '../../lib/format.ts';

/** Records that are not what the API promises, as the host told them. They take part in nothing. */
export function OddRecords({ odd }: { odd: readonly OddRecord[] }) {
  if (odd.length === 0) return null;
  return (
    <Notice tone="warn">
      <details className="odd">
        <summary>
          {plural(odd.length, 'record')} of this host {odd.length === 1 ? 'is' : 'are'} not what the API promises: shown
          here, otherwise left alone.
        </summary>
        <ul>
          {odd.slice(0, 200).map((record, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: odd records have nothing else to tell them apart
            <li key={index}>
              <code className="mono">{record.text}</code>
              <span className="dim">{record.problem}</span>
            </li>
          ))}
        </ul>
        {odd.length > 200 ? <p className="dim">And {plural(odd.length - 200, 'more', 'more')}.</p> : null}
      </details>
    </Notice>
  );
}
