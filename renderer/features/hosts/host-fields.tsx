import { TextField } from '../../components/forms/fields.tsx';
import type { Draft } from '../../components/forms/use-draft.ts';
import { type AddressReading, type HostDraft, readLimit } from './host-draft.ts';

type Of = { draft: Draft<HostDraft> };
type OfAddress = Of & {
  /** What the address is understood as. */
  reading: AddressReading;
};

/** Where a host is; below it what is understood, or `hint`. */
export function AddressField({ draft, reading, lead, hint }: OfAddress & { lead?: string; hint: string }) {
  const understood = reading.kind === 'address' ? reading.address : undefined;
  return (
    <TextField
      draft={draft}
      field="address"
      label="Address"
      placeholder="glance-01.example.net"
      inputMode="url"
      hint={
        understood ? (
          <>
            {lead ? `${lead} ` : null}
            <span className="mono">{understood}</span>
          </>
        ) : (
          hint
        )
      }
      required
      autoFocus
    />
  );
}

/** What a host is called; by its address where nothing is said. */
export function NameField({ draft, reading }: OfAddress) {
  return (
    <TextField
      draft={draft}
      field="name"
      label="Name"
      placeholder={reading.kind === 'address' ? reading.name : 'from the address'}
    />
  );
}

/** How much a host may cache; below it what is understood, or `hint`. */
export function LimitField({ draft, hint }: Of & { hint: string }) {
  const limit = readLimit(draft.value.limit);
  return (
    <TextField
      draft={draft}
      field="limit"
      label="Limit"
      placeholder="500 GiB"
      hint={limit.kind === 'bytes' ? limit.understood : hint}
    />
  );
}
