import { nameOfAddress, parseAddress } from '../../../electron/contract/address.ts';
import type { HostSettings } from '../../../electron/contract/hosts.ts';
import { formatSize, parseSize } from '../../../electron/contract/units.ts';

/** A host while it is being typed. */
export type HostValues = { address: string; name: string; limit: string; note: string; labels: string };
export type HostField = keyof HostValues;
export type HostProblems = Partial<Record<HostField, string>>;

export const emptyHost: HostValues = { address: '', name: '', limit: '', note: '', labels: '' };

/** The draft of a host that is there already. Its limit in the largest unit that says it exactly. */
export function hostValues(host: HostSettings): HostValues {
  return {
    address: host.address,
    name: host.name,
    limit: host.limitBytes === null ? '' : exactSize(host.limitBytes),
    note: host.note,
    labels: host.labels.join(', '),
  };
}

/** Units a size can be written in, largest first. */
const units = (['P', 'T', 'G', 'M', 'K'] as const).flatMap((prefix, index) => [
  { bytes: 1024 ** (5 - index), name: `${prefix}iB` },
  { bytes: 1000 ** (5 - index), name: `${prefix}B` },
]);

/** Bytes in the unit that says them shortest without rounding: what is read back is what was meant. */
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

/** What a typed limit means, and how it was understood, so that `500G` never surprises. */
export function readLimit(text: string): LimitReading {
  if (text.trim() === '') return { kind: 'none' };
  const bytes = parseSize(text);
  if (bytes === undefined) return { kind: 'problem', message: 'Not a size. Write it like 500 GiB or 500GB.' };
  if (bytes < 1)
    return { kind: 'problem', message: 'A limit is at least one byte. Leave it empty where it is not known.' };
  return { kind: 'bytes', bytes, understood: `${formatSize(bytes)}, ${bytes.toLocaleString('en-US')} bytes` };
}

export type AddressReading =
  | { kind: 'none' }
  | { kind: 'address'; address: string; name: string }
  | { kind: 'problem'; message: string };

/** What a typed address will become. `taken` tells the name of a host of the same cloud that has it already. */
export function readAddress(text: string, taken?: (address: string) => string | undefined): AddressReading {
  if (text.trim() === '') return { kind: 'none' };
  const address = parseAddress(text);
  if (!address)
    return { kind: 'problem', message: 'Not the address of a host, such as glance-01:9292 or https://host/image.' };
  const holder = taken?.(address);
  if (holder !== undefined) return { kind: 'problem', message: `${address} is there already, as ${holder}.` };
  return { kind: 'address', address, name: nameOfAddress(address) };
}

/** The labels of a host as typed: separated by commas, each once. */
export function readLabels(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim());
  return [...new Set(labels.filter((label) => label !== ''))];
}

/** Everything that is wrong with a host's draft, by field. */
export function hostErrors(draft: HostValues, taken?: (address: string) => string | undefined): HostProblems {
  const problems: HostProblems = {};
  const address = readAddress(draft.address, taken);
  if (address.kind === 'none') problems.address = 'Give the host’s own address, not a load balancer’s.';
  if (address.kind === 'problem') problems.address = address.message;
  if (draft.name.trim().length > 100) problems.name = 'At most 100 characters.';
  const limit = readLimit(draft.limit);
  if (limit.kind === 'problem') problems.limit = limit.message;
  if (draft.note.length > 1_000) problems.note = 'At most 1,000 characters.';
  const labels = readLabels(draft.labels);
  if (labels.some((label) => label.length > 50)) problems.labels = 'A label has at most 50 characters.';
  else if (labels.length > 20) problems.labels = 'At most 20 labels.';
  return problems;
}
