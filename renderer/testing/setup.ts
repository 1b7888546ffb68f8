import { notifications } from '@mantine/notifications';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { resetWindowState } from '../lib/persistent-state.ts';
import { answerWith } from './fake-client.ts';

vi.mock('../bridge/client.ts', async () => ({ client: (await import('./fake-client.ts')).fakeClient }));

// Wide enough for a machine whose cores are busy with other work.
configure({ asyncUtilTimeout: 20_000 });

afterEach(() => {
  cleanup();
  notifications.clean();
  answerWith({});
  localStorage.clear();
  sessionStorage.clear();
  resetWindowState();
  location.hash = '';
});

// jsdom has no layout. These are the sizes that virtual lists need to show rows, and the observers that components use.
Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { configurable: true, get: () => 440 },
  offsetWidth: { configurable: true, get: () => 1280 },
  clientHeight: { configurable: true, get: () => 440 },
  clientWidth: { configurable: true, get: () => 1280 },
});
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.scrollTo = () => undefined;
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: query.includes('reduce'),
  media: query,
  addEventListener() {},
  removeEventListener() {},
  addListener() {},
  removeListener() {},
  dispatchEvent: () => false,
  onchange: null,
}));
// A growing text area subscribes to the loading of fonts.
Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() });
