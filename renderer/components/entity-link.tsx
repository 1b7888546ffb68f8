import { Link } from 'wouter';
import { useConsolePart } from '../bridge/console-state.ts';
import { closeDialog } from '../lib/dialog-store.ts';
import { hostPath, imagePath } from '../lib/routes.ts';
import { MiddleTruncate } from './middle-truncate.tsx';

type Look = {
  className?: string;
  title?: string | undefined;
  tabIndex?: number | undefined;
  onClick?: (() => void) | undefined;
  /** The link is the element of its row that takes the keyboard focus. */
  isRow?: boolean;
};

/** What a link does besides: it closes the dialog that contains it. */
const leave = (onClick: (() => void) | undefined) => () => {
  closeDialog();
  onClick?.();
};
const rowFocus = (isRow: boolean) => (isRow ? { 'data-row-focus': true } : {});

type HostNameProps = Look & { hostId: string; name: string };

/** The name of a host, which links its page. A host that was removed from the console is only a name. */
export function HostNameLink({
  hostId,
  name,
  className = 'name',
  title,
  isRow = false,
  onClick,
  ...look
}: HostNameProps) {
  const known = useConsolePart((state) => state.hosts.some(({ id }) => id === hostId)) ?? false;
  const text = <MiddleTruncate text={name} host title={title ?? name} className={known ? '' : className} />;
  if (!known) return text;
  return (
    <Link
      href={hostPath(hostId)}
      className={`entity-link ${className}`}
      data-host-id={hostId}
      onClick={leave(onClick)}
      {...look}
      {...rowFocus(isRow)}
    >
      {text}
    </Link>
  );
}

type ImageLinkProps = Look & { imageId: string; name: string | null | undefined; unnamed?: string };

/** The name of an image, which links its page, and its id. */
export function ImageLink({
  imageId,
  name,
  unnamed,
  className = '',
  title,
  isRow = false,
  onClick,
  ...look
}: ImageLinkProps) {
  const link = {
    href: imagePath(imageId),
    'data-image-id': imageId,
    onClick: leave(onClick),
    ...look,
    ...rowFocus(isRow),
  };
  if (!name && unnamed === undefined) {
    return (
      <span className={`image-name ${className}`} title={title}>
        <Link {...link} className="entity-link mono cut">
          {imageId}
        </Link>
      </span>
    );
  }
  return (
    <span className={`image-name ${className}`} title={title}>
      <Link {...link} className={`entity-link ${name ? 'name' : 'dim'}`}>
        {name ? <MiddleTruncate text={name} /> : unnamed}
      </Link>
      <span className="mono faint cut">{imageId}</span>
    </span>
  );
}
