/** A word as a POSIX shell reads it back. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

type Target = {
  imageId?: string | undefined;
  hostAddress?: string | undefined;
  /** The host has only the older cache management, which the glance client does not speak. */
  legacy?: boolean;
};

/** A command to copy. `label` describes it in the menu. */
export type CopiedCommand = { label: string; command: string };

/**
 * The commands of OpenStack's own clients that show, queue or delete the subject of a row. A command about a cache
 * names the host: the catalogue's address may be a load balancer's, and a cache belongs to a node
 * (docs/glance-cache-api.md, section 0). python-openstackclient cannot be given the address of a host, so it only shows
 * the image.
 */
export function copiedCommands({ imageId, hostAddress, legacy = false }: Target): CopiedCommand[] {
  const image = imageId === undefined ? undefined : quote(imageId);
  const glance = hostAddress === undefined ? undefined : `glance --os-image-url ${quote(hostAddress)}`;
  if (legacy && hostAddress !== undefined)
    return [...(image ? [showImage(image)] : []), ...legacyCommands(hostAddress, image)];
  if (image === undefined) {
    return glance === undefined ? [] : [{ label: 'Copy as glance command', command: `${glance} cache-list` }];
  }
  const show = showImage(image);
  if (glance === undefined) return [show, { label: 'Copy as glance command', command: `glance image-show ${image}` }];
  return [
    show,
    { label: 'Copy as glance command: queue', command: `${glance} cache-queue ${image}` },
    { label: 'Copy as glance command: delete', command: `${glance} cache-delete ${image}` },
  ];
}

function showImage(image: string): CopiedCommand {
  return { label: 'Copy as openstack command', command: `openstack image show ${image}` };
}

/** The commands of glance-cache-manage, which speaks to the older cache management (docs/glance-cache-api.md, section 12). */
function legacyCommands(address: string, image: string | undefined): CopiedCommand[] {
  const { hostname, port, protocol } = new URL(address);
  const manage = `glance-cache-manage --host ${quote(hostname)} --port ${port || (protocol === 'https:' ? '443' : '80')}`;
  if (image === undefined) return [{ label: 'Copy as glance command', command: `${manage} list-cached` }];
  return [
    { label: 'Copy as glance command: queue', command: `${manage} queue-image ${image}` },
    { label: 'Copy as glance command: delete', command: `${manage} delete-cached-image ${image}` },
  ];
}
