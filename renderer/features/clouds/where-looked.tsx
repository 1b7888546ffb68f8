import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FoundClouds } from '../../../electron/contract/clouds.ts';
import { FailureText } from '../../components/failure-text.tsx';
import { Notice } from '../../components/notice.tsx';

/** Which file was read; where there was none, or it could not be read, where it was looked for and what to do. */
export function WhereLooked({ found, actions }: { found: FoundClouds; actions?: ReactNode }) {
  if (found.failure)
    return (
      <Notice tone="warn" live actions={actions}>
        <FailureText failure={found.failure} />
      </Notice>
    );
  if (found.file !== null && found.clouds.length > 0)
    return (
      <Tooltip label={<Places looked={found.looked} />}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tip with the places must be reachable with the keyboard */}
        <span className="faint mono cut form-file" tabIndex={0}>
          <bdi>{found.file}</bdi>
        </span>
      </Tooltip>
    );
  return (
    <div className="form-none-found">
      <div className="dim">
        {found.file === null ? (
          <p>No clouds.yaml was found. It was looked for, in this order, at:</p>
        ) : (
          <p>
            <span className="mono">{found.file}</span> names no cloud.
          </p>
        )}
        {found.file === null ? <Places looked={found.looked} /> : null}
      </div>
      {actions}
    </div>
  );
}

function Places({ looked }: { looked: readonly string[] }) {
  return (
    <ol className="form-looked" aria-label="Where clouds.yaml is looked for">
      {looked.map((file) => (
        <li key={file} className="mono">
          {file}
        </li>
      ))}
    </ol>
  );
}
