import type { HostSettings } from '../../../electron/contract/hosts.ts';
import { nameOfAddress, parseAddress } from '../../../electron/contract/hosts.ts';
import { formatSize, parseSize } from '../../../electron/contract/sizes.ts';

/** The values of the host form, as typed. */
export type HostValues = {
  address: string;
  name: string;
  limit: string;
  note: string;
  labels: string;
  /** Empty for the region of the cloud's login. */
  region: string;
};
export type HostField = keyof HostValues;
export type HostErrors = Partial<Record<HostField, string>>;

export const emptyHost: HostValues = { address: '', name: '', limit: '', note: '', labels: '', region: '' };

/** The values for editing a host. The limit is in the largest unit that is exact. */
export function hostValues(host: HostSettings): HostValues {
  return {
    address: host.address,
    name: host.name,
    limit: host.limitBytes === null ? '' : exactSize(host.limitBytes),
    note: host.note,
    labels: host.labels.join(', '),
    region: host.region ?? '',
  };
}

/** Units of a size in bytes, largest first. */
const units = (['P', 'T', 'G', 'M', 'K'] as const).flatMap((prefix, index) => [
  { bytes: 1024 ** (5 - index), name: `${prefix}iB` },
  { bytes: 1000 ** (5 - index), name: `${prefix}B` },
]);

/** Bytes as the shortest text that `parseSize` reads back as the same number. */
export function exactSize(bytes: number): string {
  const exact = units
    .filter(({ bytes: unit }) => unit <= bytes)
    .map(({ bytes: unit, name }) => `${Number((bytes / unit).toFixed(2))} ${name}`)
    .filter((text) => parseSize(text) === bytes);
  return [...exact, `${bytes} B`].reduce((best, text) => (text.length < best.length ? text : best));
}

export type LimitReading =
  | { kind: 'none' }
  | { kind: 'bytes'; bytes: number; understood: string }
  | { kind: 'problem'; message: string };

/** Reads a typed limit. `understood` shows it in GiB and bytes, because `500G` can mean either unit. */
export function readLimit(text: string): LimitReading {
  if (text.trim() === '') return { kind: 'none' };
  const bytes = parseSize(text);
  if (bytes === undefined) return { kind: 'problem', message: 'Not a size. Enter a size such as 500 GiB or 500GB.' };
  if (bytes < 1)
    return { kind: 'problem', message: 'A limit is at least one byte. Leave it empty if it is not known.' };
  return { kind: 'bytes', bytes, understood: `${formatSize(bytes)}, ${bytes.toLocaleString('en-US')} bytes` };
}

export type AddressReading =
  | { kind: 'none' }
  | { kind: 'address'; address: string; name: string }
  | { kind: 'problem'; message: string };

/** Reads a typed address. `taken` returns the name of the host of the same cloud that already has it. */
export function readAddress(text: string, taken?: (address: string) => string | undefined): AddressReading {
  if (text.trim() === '') return { kind: 'none' };
  const address = parseAddress(text);
  if (!address)
    return { kind: 'problem', message: 'Not the address of a host, such as glance-01:9292 or https://host/image.' };
  const holder = taken?.(address);
  if (holder !== undefined) return { kind: 'problem', message: `${address} is already added as ${holder}.` };
  return { kind: 'address', address, name: nameOfAddress(address) };
}

/** The labels in a typed list, separated by commas, without duplicates. */
export function readLabels(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim());
  return [...new Set(labels.filter((label) => label !== ''))];
}

/** The errors of the host form, by field. */
export function hostErrors(values: HostValues, taken?: (address: string) => string | undefined): HostErrors {
  const errors: HostErrors = {};
  const address = readAddress(values.address, taken);
  if (address.kind === 'none') errors.address = 'Enter the address of the host itself, not of a load balancer.';
  if (address.kind === 'problem') errors.address = address.message;
  if (values.name.trim().length > 100) errors.name = 'At most 100 characters.';
  const limit = readLimit(values.limit);
  if (limit.kind === 'problem') errors.limit = limit.message;
  if (values.note.length > 1_000) errors.note = 'At most 1,000 characters.';
  const labels = readLabels(values.labels);
  if (labels.some((label) => label.length > 50)) errors.labels = 'A label has at most 50 characters.';
  else if (labels.length > 20) errors.labels = 'At most 20 labels.';
  return errors;
}
