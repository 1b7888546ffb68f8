import { TextField } from '../../components/forms/form-fields.tsx';
import type { CheckedForm } from '../../components/forms/use-checked-form.ts';
import { type AddressReading, type HostValues, readLimit } from './host-form-values.ts';

type FormProps = { form: CheckedForm<HostValues> };
type AddressProps = FormProps & {
  /** The parsed form of the typed address. */
  reading: AddressReading;
};

/** The ports of addresses without one, as `parseAddress` of the contract takes them. */
export const defaultPorts = 'Without a port: 9292; with http:// 80, with https:// 443.';

/** The address of a host, with the parsed address, or `hint`, below it. */
export function AddressField({ form, reading, lead, hint }: AddressProps & { lead?: string; hint: string }) {
  const understood = reading.kind === 'address' ? reading.address : undefined;
  return (
    <TextField
      form={form}
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

/** The name of a host. Empty takes the name from the address. */
export function NameField({ form, reading }: AddressProps) {
  return (
    <TextField
      form={form}
      field="name"
      label="Name"
      placeholder={reading.kind === 'address' ? reading.name : 'from the address'}
    />
  );
}

/** The size limit of a host's cache, with the parsed limit, or `hint`, below it. */
export function LimitField({ form, hint }: FormProps & { hint: string }) {
  const limit = readLimit(form.values.limit);
  return (
    <TextField
      form={form}
      field="limit"
      label="Limit"
      placeholder="500 GiB"
      hint={limit.kind === 'bytes' ? limit.understood : hint}
    />
  );
}
