import { NoteField, TextField } from '../../components/forms/fields.tsx';
import type { Draft } from '../../components/forms/use-draft.ts';
import type { RemoteDraft } from './remote-draft.ts';

/** How Glance's own programs are run over ssh: on a host, or on all hosts of a cloud. */
export function RemoteFields({ draft, of }: { draft: Draft<RemoteDraft>; of: 'host' | 'cloud' }) {
  return (
    <>
      <div className="form-pair">
        {of === 'host' ? (
          <TextField
            draft={draft}
            field="destination"
            label="Destination"
            placeholder="glance@glance-01"
            hint="A host, user@host, or an alias of ~/.ssh/config."
            required
          />
        ) : (
          <TextField
            draft={draft}
            field="user"
            label="User"
            placeholder="from ~/.ssh/config"
            hint="Each host is logged in to by the name in its address."
          />
        )}
        <TextField
          draft={draft}
          field="port"
          label="Port"
          placeholder="from ~/.ssh/config"
          inputMode="numeric"
          hint="Only where it is not 22."
        />
      </div>
      <TextField
        draft={draft}
        field="become"
        label="Become"
        placeholder="sudo -n -u glance"
        hint="What becomes the user whom Glance runs as. Empty: the login user is it already."
      />
      <TextField
        draft={draft}
        field="prefix"
        label="Container"
        placeholder="docker exec glance_api"
        hint="What reaches into Glance’s container. Empty where it runs on the host itself."
      />
      <NoteField
        draft={draft}
        field="configFiles"
        label="Configuration files"
        placeholder="/etc/glance/glance-api.conf"
        hint="One a line, handed to Glance’s programs. Empty: they find their own."
      />
    </>
  );
}
