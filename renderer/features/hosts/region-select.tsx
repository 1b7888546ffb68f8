import { ChoiceField } from '../../components/forms/form-fields.tsx';
import { useRegions } from './host-queries.ts';

type Props = {
  cloudId: string;
  /** The chosen region; empty for that of the cloud's login. */
  region: string;
  /** Puts the label above the select, as in a form. */
  stacked?: boolean;
  onChange: (region: string) => void;
};

/** Chooses the region of hosts. Renders nothing if the cloud has only one and no other is set. */
export function RegionSelect({ cloudId, region, stacked = false, onChange }: Props) {
  const found = useRegions(cloudId);
  const others = (found?.regions ?? []).filter((name) => name !== found?.own);
  const names = region !== '' && !others.includes(region) ? [...others, region] : others;
  if (region === '' && (found?.regions.length ?? 0) < 2) return null;
  const own = found?.own ? `${found.own} (the login’s)` : 'That of the login';
  return (
    <ChoiceField
      label="Region"
      inline={!stacked}
      value={region}
      data={[{ value: '', label: own }, ...names.map((name) => ({ value: name, label: name }))]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
