import type { Cloud } from '../../../electron/contract/clouds.ts';
import { ChoiceField } from '../../components/forms/fields.tsx';

type Props = { id: string; clouds: readonly Cloud[]; value: string; onChange: (id: string) => void };

/** Which cloud a host is part of; asked only where there are several. */
export function CloudChoice({ id, clouds, value, onChange }: Props) {
  if (clouds.length < 2) return null;
  return (
    <ChoiceField
      id={id}
      label="Cloud"
      value={value}
      data={clouds.map((cloud) => ({ value: cloud.id, label: cloud.name }))}
      onChange={onChange}
    />
  );
}
