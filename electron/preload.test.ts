import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { pageOrigin, portOffer } from './contract/transport.ts';

vi.mock('electron', () => ({ ipcRenderer: { postMessage: vi.fn() } }));
const { ipcRenderer } = await import('electron');

const page = new EventTarget();

/** A message event as the window would get it. */
function deliver(message: { data: unknown; origin?: string; source?: unknown; ports?: unknown[] }): void {
  const event = Object.assign(new Event('message'), { origin: pageOrigin, source: page, ports: [], ...message });
  page.dispatchEvent(event);
}

beforeAll(async () => {
  vi.stubGlobal('window', page);
  vi.stubGlobal('location', { origin: pageOrigin });
  await import('./preload.ts');
});
afterAll(() => void vi.unstubAllGlobals());
afterEach(() => vi.mocked(ipcRenderer.postMessage).mockClear());

test('hands over the page’s port only, and nothing with it', () => {
  const [port, further] = [{}, {}];
  deliver({ data: portOffer, ports: [port, further] });
  expect(vi.mocked(ipcRenderer.postMessage).mock.calls).toEqual([[portOffer, null, [port]]]);
});

test.each([
  ['another message', { data: 'something else', ports: [{}] }],
  ['another origin', { data: portOffer, origin: 'https://example.org', ports: [{}] }],
  ['another window', { data: portOffer, source: {}, ports: [{}] }],
  ['not a port', { data: portOffer }],
])('hands over nothing for %s', (_, message) => {
  deliver(message);
  expect(ipcRenderer.postMessage).not.toHaveBeenCalled();
});
