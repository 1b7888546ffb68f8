type Props = { value: number; limit: number; label: string; large?: boolean };

/** How full something is. Amber from nine tenths, red over the limit. `label` says it in words, for those who do not see it. */
export function Meter({ value, limit, label, large = false }: Props) {
  const share = limit > 0 ? value / limit : 0;
  const tone = share > 1 ? 'bad' : share >= 0.9 ? 'warn' : 'plain';
  return (
    <span
      className="meter"
      data-tone={tone}
      data-size={large ? 'large' : undefined}
      role="img"
      aria-label={label}
      title={label}
    >
      <i style={{ width: `${Math.min(100, Math.max(0, share * 100)).toFixed(1)}%` }} />
    </span>
  );
}
