/** How far something is, as a small ring; 0 to 1. Decoration: the words beside it tell the same. */
export function Ring({ share }: { share: number }) {
  const around = 2 * Math.PI * 6;
  return (
    <svg className="ring" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" />
      <circle cx="8" cy="8" r="6" data-part="done" strokeDasharray={`${share * around} ${around}`} />
    </svg>
  );
}
