/** An image of the simulated Glance, without its data. Sizes in bytes, times in epoch milliseconds. */
export type DemoImage = {
  id: string;
  name: string | null;
  status: 'active' | 'queued' | 'saving' | 'deactivated';
  /** null until the image has data. */
  size: number | null;
  diskFormat: string;
  containerFormat: string;
  owner: string;
  visibility: 'public' | 'private' | 'shared' | 'community';
  hidden: boolean;
  protected: boolean;
  checksum: string | null;
  createdAt: number;
  updatedAt: number;
  tags: string[];
  properties: Record<string, string>;
};

/** The caller of a request, as Glance's policies see it. */
export type Caller = { projectId: string | undefined; admin: boolean };

/** The JSON of `GET /v2/images/{id}`, keys in Glance's order. */
export function imageBody(image: DemoImage) {
  const path = `/v2/images/${image.id}`;
  return {
    ...image.properties,
    name: image.name,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    visibility: image.visibility,
    size: image.size,
    virtual_size: image.size,
    status: image.status,
    checksum: image.checksum,
    protected: image.protected,
    min_ram: 0,
    min_disk: 0,
    owner: image.owner,
    os_hidden: image.hidden,
    os_hash_algo: image.checksum === null ? null : 'sha512',
    os_hash_value: image.checksum === null ? null : image.checksum.repeat(4),
    id: image.id,
    created_at: isoTime(image.createdAt),
    updated_at: isoTime(image.updatedAt),
    tags: image.tags,
    self: path,
    file: `${path}/file`,
    schema: '/v2/schemas/image',
    stores: image.checksum === null ? undefined : 'file',
  };
}

/** Glance's `YYYY-MM-DDTHH:MM:SSZ`. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Whether a caller can see an image by its id. */
export function isVisible(image: DemoImage, caller: Caller): boolean {
  if (caller.admin || image.owner === caller.projectId) return true;
  return image.visibility === 'public' || image.visibility === 'community';
}

/** The images of the cloud; it stands for Glance's database. */
export class ImageRegister {
  readonly #images = new Map<string, DemoImage>();
  #ordered: DemoImage[] | undefined;

  add(image: DemoImage): void {
    this.#images.set(image.id, image);
    this.#ordered = undefined;
  }

  change(id: string, change: Partial<Omit<DemoImage, 'id'>>): void {
    const image = this.#images.get(id);
    if (image) this.add({ ...image, ...change });
  }

  /** Deletes an image as `DELETE /v2/images/{id}` does; copies in the hosts' caches become orphans. */
  delete(id: string): boolean {
    this.#ordered = undefined;
    return this.#images.delete(id);
  }

  get(id: string): DemoImage | undefined {
    return this.#images.get(id);
  }

  /** Newest first, Glance's own order. */
  all(): readonly DemoImage[] {
    this.#ordered ??= [...this.#images.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    return this.#ordered;
  }
}
