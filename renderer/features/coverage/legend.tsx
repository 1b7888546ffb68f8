/** What the marks of the grid mean. */
export function Legend() {
  return (
    <ul className="cg-legend" aria-label="Legend">
      {marks.map(([cell, stale, words]) => (
        <li key={words}>
          <span className="cg-cell" data-cell={cell} data-stale={stale || undefined} aria-hidden="true">
            <i />
          </span>
          {words}
        </li>
      ))}
    </ul>
  );
}

const marks = [
  ['c', false, 'cached'],
  ['q', false, 'queued'],
  ['m', false, 'missing'],
  ['c', true, 'as last seen'],
  ['?', false, 'unknown'],
  ['-', false, 'nothing to cache'],
] as const;
