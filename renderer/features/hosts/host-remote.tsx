import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { Draft } from '../../components/forms/use-draft.ts';
import { type RemoteDraft, remoteOfDraft } from './remote-draft.ts';
import { RemoteFields } from './remote-fields.tsx';
import { TryRemote } from './try-remote.tsx';

type Props = {
  cloud: Cloud | undefined;
  draft: Draft<RemoteDraft>;
  /** Whether the host has an access of its own, or that of its cloud. */
  own: boolean;
  onOwn: (own: boolean) => void;
};

/** How the console runs this host's own programs over ssh. */
export function HostRemote({ cloud, draft, own, onOwn }: Props) {
  const ofCloud = cloud?.remote ? 'over ssh, as set for all its hosts' : 'not at all';
  return (
    <fieldset className="settings-remote">
      <legend>Remote access</legend>
      <p className="dim">
        Prunes and cleans hosts whose API cannot, by Glance’s own programs over your own ssh: its configuration, keys
        and known hosts.
      </p>
      <div className="choices">
        <label>
          <input type="radio" name="remote" checked={!own} onChange={() => onOwn(false)} />
          As its cloud says: {ofCloud}
        </label>
        <label>
          <input type="radio" name="remote" checked={own} onChange={() => onOwn(true)} />
          In a way of its own
        </label>
      </div>
      {own ? (
        <>
          <RemoteFields draft={draft} of="host" />
          <TryRemote
            key={JSON.stringify(draft.value)}
            access={() => (draft.ready() ? remoteOfDraft(draft.value) : undefined)}
            where={draft.value.destination.trim()}
          />
        </>
      ) : null}
    </fieldset>
  );
}
