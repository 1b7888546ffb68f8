import type { Cloud, CloudId } from '../../electron/contract/clouds.ts';

type Props = { clouds: readonly Cloud[]; cloudId: CloudId; onChange: (id: CloudId) => void };

/** Of which cloud; nothing where there is only one. */
export function CloudSelect({ clouds, cloudId, onChange }: Props) {
  if (clouds.length <= 1) return null;
  return (
    <label className="row">
      <span className="dim">Cloud</span>
      <select className="plain-select" value={cloudId} onChange={(event) => onChange(event.target.value)}>
        {clouds.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
