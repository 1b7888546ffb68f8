import { Progress, RingProgress } from '@mantine/core';

type MeterProps = { value: number; limit: number; label: string; large?: boolean };

/** How full something is. Amber from nine tenths, red over the limit. `label` says the same in words. */
export function Meter({ value, limit, label, large = false }: MeterProps) {
  const share = limit > 0 ? value / limit : 0;
  const tone = share > 1 ? 'bad' : share >= 0.9 ? 'warn' : 'plain';
  return (
    <Progress.Root data-size={large ? 'large' : undefined} role="img" aria-label={label} title={label}>
      <Progress.Section
        value={Math.min(100, Math.max(0, Math.round(share * 1_000) / 10))}
        withAria={false}
        data-tone={tone}
      />
    </Progress.Root>
  );
}

/** How far something is, 0 to 1, as a small ring. It is hidden from screen readers: words beside it say the same. */
export function Ring({ share }: { share: number }) {
  return (
    <RingProgress
      size={16}
      thickness={3}
      rootColor="var(--bar)"
      sections={[{ value: share * 100, color: 'var(--accent)' }]}
      aria-hidden="true"
    />
  );
}
