import { plural } from '../../contract/counts.ts';
import type { ImageId } from '../../contract/images.ts';
import type { Selected, Selection } from '../../contract/selections.ts';
import { type CatalogueView, type HostView, holdsImage, isCatalogueCurrent, isContentKnown } from './host-view.ts';

type Unmatched = Selected['unmatched'][number];
type Match = { imageId: ImageId } | Pick<Unmatched, 'reason' | 'candidates'>;

const uuid = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/**
 * Reads images from pasted text. A line is a name or an id, or several of them separated by commas, semicolons, tabs or
 * blanks, or a row of a table as `openstack image list` prints it. Blank lines, rulers and `#` comments are skipped.
 */
export function readPastedImages(
  selection: Pick<Extract<Selection, { kind: 'pasted' }>, 'for' | 'text'>,
  views: readonly HostView[],
  catalogue: CatalogueView,
): { imageIds: ReadonlySet<ImageId>; unmatched: Unmatched[]; notes: string[] } {
  const known = new KnownImages(views, catalogue);
  const find = (text: string) => known.find(text, selection.for);
  const imageIds = new Set<ImageId>();
  const unmatched: Unmatched[] = [];
  let duplicates = 0;
  for (const [index, raw] of selection.text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || /^[+|=\-\s]+$/.test(line)) continue;
    for (const { text, found } of readLine(line, find)) {
      if (!('imageId' in found)) unmatched.push({ line: index + 1, text: text.slice(0, 600), ...found });
      else if (imageIds.has(found.imageId)) duplicates += 1;
      else imageIds.add(found.imageId);
    }
  }
  const notes = duplicates > 0 ? [`${plural(duplicates, 'duplicate image')} ignored.`] : [];
  return { imageIds, unmatched, notes };
}

type ParsedText = { text: string; found: Match };

function readLine(line: string, find: (text: string) => Match): ParsedText[] {
  const whole = read(line, find);
  if (isMatch(whole)) return [whole];
  if (line.startsWith('|') || line.endsWith('|')) return readRow(line, whole, find);
  return line.split(/[,;\t]+/).flatMap((part) => {
    if (part.trim() === '') return [];
    const one = read(part, find);
    const words = part.trim().split(/\s+/);
    if (isMatch(one) || words.length === 1) return [one];
    const each = words.map((word) => read(word, find));
    return each.some(isMatch) ? each : [one];
  });
}

/** A row of a table means the image whose id is in it, otherwise the image whose name is. */
function readRow(line: string, whole: ParsedText, find: (text: string) => Match): ParsedText[] {
  const cells = line.split('|').flatMap((cell) => (cell.trim() === '' ? [] : [read(cell, find)]));
  if (cells[0]?.text.toLowerCase() === 'id') return [];
  const id = cells.find(({ text }) => uuid.test(text));
  const meant = id ?? cells.find(isMatch) ?? whole;
  return [meant === whole || id ? { ...meant, text: line } : meant];
}

function read(text: string, find: (text: string) => Match): ParsedText {
  const bare = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  return { text: bare, found: find(bare) };
}

/** Whether the text is the id or name of an image, also of several. */
function isMatch({ found }: ParsedText): boolean {
  return 'imageId' in found || found.candidates.length > 0;
}

/** Finds images of the catalogue and of some hosts by id and by name. */
class KnownImages {
  readonly #looks: readonly HostView[];
  readonly #catalogue: CatalogueView;
  readonly #ids = new Map<string, ImageId>();
  readonly #names = new Map<string, Set<ImageId>>();
  readonly #nameOf = new Map<ImageId, string | null>();

  constructor(views: readonly HostView[], catalogue: CatalogueView) {
    this.#looks = views;
    this.#catalogue = catalogue;
    for (const { id, name } of catalogue.images.values()) this.#add(id, name);
    for (const { cached, queued } of views) {
      for (const { imageId, description } of cached.values()) this.#add(imageId, description?.name ?? null);
      for (const { imageId, description } of queued.values()) this.#add(imageId, description?.name ?? null);
    }
  }

  find(text: string, purpose: 'queue' | 'delete'): Match {
    const imageId = this.#ids.get(text.toLowerCase());
    if (imageId !== undefined) return this.#usable(imageId, purpose);
    const named = this.#names.get(text) ?? new Set<ImageId>();
    const [only] = named;
    if (named.size === 1 && only !== undefined) return this.#usable(only, purpose);
    if (named.size > 1)
      return {
        reason: `${named.size} images have this name. Enter the image ID.`,
        candidates: this.#candidates(named),
      };
    return this.#unknown(text, purpose);
  }

  #usable(imageId: ImageId, purpose: 'queue' | 'delete'): Match {
    if (purpose === 'queue' || this.#hosts(imageId) > 0 || this.#looks.some((view) => !isContentKnown(view)))
      return { imageId };
    return { reason: 'Not cached or queued on the selected hosts.', candidates: this.#candidates([imageId]) };
  }

  #unknown(text: string, purpose: 'queue' | 'delete'): Match {
    const isId = uuid.test(text);
    const readable = isCatalogueCurrent(this.#catalogue);
    // An id that cannot be looked up is accepted: the host checks it.
    if (isId && !readable && purpose === 'queue') return { imageId: text.toLowerCase() };
    const what = isId ? 'No image with this ID' : 'No image with this name or ID';
    const where = readable ? 'in the catalog or' : 'on the selected hosts (the catalog could not be read)';
    return { reason: `${what} ${where}${readable ? ' on the selected hosts' : ''}.`, candidates: [] };
  }

  #candidates(imageIds: Iterable<ImageId>): Unmatched['candidates'] {
    return [...imageIds]
      .map((imageId) => ({ imageId, name: this.#nameOf.get(imageId) ?? null, hosts: this.#hosts(imageId) }))
      .sort((one, other) => other.hosts - one.hosts)
      .slice(0, 50);
  }

  #hosts(imageId: ImageId): number {
    return this.#looks.filter((view) => holdsImage(view, imageId)).length;
  }

  #add(imageId: ImageId, name: string | null): void {
    this.#ids.set(imageId.toLowerCase(), imageId);
    if (name === null || name === '') return;
    this.#nameOf.set(imageId, name);
    const named = this.#names.get(name);
    if (named) named.add(imageId);
    else this.#names.set(name, new Set([imageId]));
  }
}
