import type { ImageId } from '../../contract/images.ts';
import type { Selected, Selection } from '../../contract/operations.ts';
import { plural } from '../../lib/text.ts';
import { type CatalogueLook, type HostLook, has, tells } from './look.ts';

type Unmatched = Selected['unmatched'][number];
type Found = { imageId: ImageId } | Pick<Unmatched, 'reason' | 'candidates'>;

const uuid = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/**
 * Reads images from text: a line is a name or an id, or several separated by commas, semicolons, tabs or blanks, or a row
 * of a table as `openstack image list` prints it. Blank lines, lines that begin with `#` and rulers count for nothing.
 */
export function readPastedImages(
  selection: Pick<Extract<Selection, { kind: 'pasted' }>, 'for' | 'text'>,
  looks: readonly HostLook[],
  catalogue: CatalogueLook,
): { imageIds: ReadonlySet<ImageId>; unmatched: Unmatched[]; notes: string[] } {
  const known = new KnownImages(looks, catalogue);
  const find = (text: string) => known.find(text, selection.for);
  const imageIds = new Set<ImageId>();
  const unmatched: Unmatched[] = [];
  let twice = 0;
  for (const [index, raw] of selection.text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || /^[+|=\-\s]+$/.test(line)) continue;
    for (const { text, found } of readLine(line, find)) {
      if (!('imageId' in found)) unmatched.push({ line: index + 1, text: text.slice(0, 600), ...found });
      else if (imageIds.has(found.imageId)) twice += 1;
      else imageIds.add(found.imageId);
    }
  }
  const notes = twice > 0 ? [`${plural(twice, 'image was', 'images were')} named more than once.`] : [];
  return { imageIds, unmatched, notes };
}

type Read = { text: string; found: Found };

function readLine(line: string, find: (text: string) => Found): Read[] {
  const whole = read(line, find);
  if (isMeant(whole)) return [whole];
  if (line.startsWith('|') || line.endsWith('|')) return readRow(line, whole, find);
  return line.split(/[,;\t]+/).flatMap((part) => {
    if (part.trim() === '') return [];
    const one = read(part, find);
    const words = part.trim().split(/\s+/);
    if (isMeant(one) || words.length === 1) return [one];
    const each = words.map((word) => read(word, find));
    return each.some(isMeant) ? each : [one];
  });
}

/** A row of a table means the image whose id stands in it, else the one whose name does. */
function readRow(line: string, whole: Read, find: (text: string) => Found): Read[] {
  const cells = line.split('|').flatMap((cell) => (cell.trim() === '' ? [] : [read(cell, find)]));
  if (cells[0]?.text.toLowerCase() === 'id') return [];
  const id = cells.find(({ text }) => uuid.test(text));
  const meant = id ?? cells.find(isMeant) ?? whole;
  return [meant === whole || id ? { ...meant, text: line } : meant];
}

function read(text: string, find: (text: string) => Found): Read {
  const bare = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  return { text: bare, found: find(bare) };
}

/** Whether it is the id or name of something, also when it is not clear of which. */
function isMeant({ found }: Read): boolean {
  return 'imageId' in found || found.candidates.length > 0;
}

/** The images of the catalogue and of some hosts, by id and by name. */
class KnownImages {
  readonly #looks: readonly HostLook[];
  readonly #catalogue: CatalogueLook;
  readonly #ids = new Map<string, ImageId>();
  readonly #names = new Map<string, Set<ImageId>>();
  readonly #nameOf = new Map<ImageId, string | null>();

  constructor(looks: readonly HostLook[], catalogue: CatalogueLook) {
    this.#looks = looks;
    this.#catalogue = catalogue;
    for (const { id, name } of catalogue.images.values()) this.#note(id, name);
    for (const { cached, queued } of looks) {
      for (const { imageId, description } of cached.values()) this.#note(imageId, description?.name ?? null);
      for (const { imageId, description } of queued.values()) this.#note(imageId, description?.name ?? null);
    }
  }

  find(text: string, purpose: 'queue' | 'delete'): Found {
    const imageId = this.#ids.get(text.toLowerCase());
    if (imageId !== undefined) return this.#usable(imageId, purpose);
    const named = this.#names.get(text) ?? new Set<ImageId>();
    const [only] = named;
    if (named.size === 1 && only !== undefined) return this.#usable(only, purpose);
    if (named.size > 1)
      return { reason: `${named.size} images have this name: say which by its id.`, candidates: this.#shown(named) };
    return this.#unknown(text, purpose);
  }

  #usable(imageId: ImageId, purpose: 'queue' | 'delete'): Found {
    if (purpose === 'queue' || this.#hosts(imageId) > 0 || this.#looks.some((look) => !tells(look))) return { imageId };
    return { reason: 'It is neither cached nor queued on the chosen hosts.', candidates: this.#shown([imageId]) };
  }

  #unknown(text: string, purpose: 'queue' | 'delete'): Found {
    const isId = uuid.test(text);
    const readable = this.#catalogue.read && !this.#catalogue.failure;
    // What nobody could look up the host itself will tell of.
    if (isId && !readable && purpose === 'queue') return { imageId: text.toLowerCase() };
    const what = isId ? 'No image has this id' : 'No image has this name or id';
    const where = readable ? 'in the catalogue or' : 'as far as is known (the catalogue could not be read)';
    return { reason: `${what}, ${where}${readable ? ' on the chosen hosts' : ''}.`, candidates: [] };
  }

  #shown(imageIds: Iterable<ImageId>): Unmatched['candidates'] {
    return [...imageIds]
      .map((imageId) => ({ imageId, name: this.#nameOf.get(imageId) ?? null, hosts: this.#hosts(imageId) }))
      .sort((one, other) => other.hosts - one.hosts)
      .slice(0, 50);
  }

  #hosts(imageId: ImageId): number {
    return this.#looks.filter((look) => has(look, imageId)).length;
  }

  #note(imageId: ImageId, name: string | null): void {
    this.#ids.set(imageId.toLowerCase(), imageId);
    if (name === null || name === '') return;
    this.#nameOf.set(imageId, name);
    const named = this.#names.get(name);
    if (named) named.add(imageId);
    else this.#names.set(name, new Set([imageId]));
  }
}
