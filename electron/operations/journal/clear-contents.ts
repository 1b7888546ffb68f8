import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { z } from 'zod';
import { imageId } from '../../contract/images.ts';
import type { ClearContent } from '../model/clear-content.ts';
import type { TargetRun } from '../model/target-run.ts';
import type { Journal } from './journal.ts';

/** Images in one line of the text that is compressed. A longer line would block the main process. */
const lineLength = 2_000;

const cachedLine = z.array(z.tuple([imageId, z.number().nullable(), z.number().nullable()]));
const queuedLine = z.array(z.tuple([imageId, z.number().nullable(), z.string().nullable()]));
const line = z.union([z.object({ cached: cachedLine }), z.object({ queued: queuedLine })]);

/**
 * Records the lists for which each clear was sent, until the clear is settled. After an interruption, they distinguish
 * the images that the clear was meant to remove from those that were cached since. For a native prune the record is the
 * host's list of cached images: the host chooses what to remove.
 */
export class ClearContents {
  readonly #journal: Journal;
  readonly #known = new WeakMap<TargetRun, ClearContent>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Resolves when the content is on disk, which is before the clear is sent. */
  async record(operationId: string, target: TargetRun, content: ClearContent): Promise<void> {
    this.#known.set(target, content);
    await this.#journal.recordContent(operationId, target.position, await encode(content));
  }

  /** Undefined if an older console, which recorded no lists, sent the clear. */
  async read(operationId: string, target: TargetRun): Promise<ClearContent | undefined> {
    const known = this.#known.get(target);
    if (known) return known;
    const recorded = this.#journal.content(operationId, target.position);
    if (!recorded) return undefined;
    const content = await decode(recorded);
    this.#known.set(target, content);
    return content;
  }
}

async function encode({ cached, queued }: ClearContent): Promise<Uint8Array> {
  const lines: string[] = [];
  for (const images of parts([...cached])) {
    const rows = images.map(([id, { sizeBytes, lastModified }]) => [id, sizeBytes, lastModified]);
    lines.push(JSON.stringify({ cached: rows }));
    await new Promise(setImmediate);
  }
  for (const images of parts([...queued])) {
    const rows = images.map(([id, { description, stalled }]) => [id, description?.catalogueSizeBytes ?? null, stalled]);
    lines.push(JSON.stringify({ queued: rows }));
    await new Promise(setImmediate);
  }
  return promisify(deflate)(lines.join('\n'));
}

async function decode(content: Uint8Array): Promise<ClearContent> {
  const text = (await promisify(inflate)(content)).toString('utf8');
  const cached = new Map();
  const queued = new Map();
  const read: ClearContent = { cached, queued };
  for (const one of text === '' ? [] : text.split('\n')) {
    const images = line.parse(JSON.parse(one));
    if ('cached' in images) {
      for (const [id, sizeBytes, lastModified] of images.cached) cached.set(id, { sizeBytes, lastModified });
    } else {
      for (const [id, bytes, stalled] of images.queued) {
        queued.set(id, { imageId: id, stalled, description: { catalogueSizeBytes: bytes } });
      }
    }
    await new Promise(setImmediate);
  }
  return read;
}

function parts<Entry>(entries: readonly Entry[]): Entry[][] {
  return Array.from({ length: Math.ceil(entries.length / lineLength) }, (_, index) =>
    entries.slice(index * lineLength, (index + 1) * lineLength),
  );
}
