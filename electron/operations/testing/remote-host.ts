import { Agent, request } from 'node:http';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { Capabilities } from '../../contract/hosts.ts';
import type { CatalogueImage } from '../../contract/images.ts';
import type { HostReport, HostState } from '../../fleet/host-state.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { capabilities, catalogueImage, failureOf } from '../../fleet/testing/host-fixtures.ts';
import { defaultDeadlines } from '../../glance/authenticated-requests.ts';
import type { OperatedHost } from '../model/operated-host.ts';

const agent = new Agent({ keepAlive: true });

/** A host in another process, reached over HTTP: `METHOD /host/what/image`. */
export class RemoteHost implements OperatedHost {
  readonly #id: string;
  readonly #server: string;
  readonly #shown: FakeHost;

  constructor(id: string, server: string) {
    this.#id = id;
    this.#server = server;
    this.#shown = new FakeHost(id);
  }

  static image(id: string): CatalogueImage {
    return catalogueImage(id);
  }

  readonly host = {
    deadlines: defaultDeadlines,
    queue: async (_: Capabilities, imageId: string) => void (await this.#ask('queue', imageId)),
    delete: async (_: Capabilities, imageId: string) => {
      await this.#ask('delete', imageId);
      return { wasThere: undefined };
    },
    clear: async () => ({}),
    prune: async () => ({ images: 0, bytes: 0 }),
    clean: async () => undefined,
    readImage: async () => 0,
  };

  summary(): HostSummary {
    return this.#shown.summary();
  }

  images(): HostImages {
    return this.#shown.images();
  }

  async capabilities(): Promise<Capabilities> {
    return capabilities;
  }

  async refresh(): Promise<HostImages> {
    const listed: Pick<HostImages, 'cached' | 'queued'> = JSON.parse(await this.#ask('list', ''));
    this.#shown.cached.clear();
    this.#shown.queued.clear();
    for (const image of listed.cached) this.#shown.cached.set(image.imageId, image);
    for (const image of listed.queued) this.#shown.queued.set(image.imageId, image);
    this.#shown.poll();
    return this.#shown.images();
  }

  get state(): HostState {
    return this.#shown.state;
  }

  report(report: HostReport): void {
    this.#shown.report(report);
  }

  #ask(what: string, imageId: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const lost = () => reject(new ExpectedFailure(failureOf('unreachable')));
      request(`${this.#server}/${this.#id}/${what}/${imageId}`, { method: 'POST', agent }, (answer) => {
        const parts: string[] = [];
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => parts.push(part));
        answer.on('end', () => resolve(parts.join('')));
        answer.on('error', lost);
      })
        .on('error', lost)
        .end();
    });
  }
}
