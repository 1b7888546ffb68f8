import { act, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPage } from '../testing/render.tsx';
import { resetWindowState } from './persistent-state.ts';
import { urlFields, urlTab, urlText, useUrlState } from './url-state.ts';

const textFormat = urlText('filter');

type Filters = { host: string | null; state: 'all' | 'done'; chips: readonly string[] };
const noFilters: Filters = { host: null, state: 'all', chips: [] };
const filtersFormat = urlFields<Filters>(
  noFilters,
  (value): value is Filters =>
    typeof value === 'object' && value !== null && 'state' in value && ['all', 'done'].includes(String(value.state)),
);

function Page() {
  const [tab, setTab] = useUrlState('tab', 'first', urlTab, { remember: 'test.tab', isTab: true });
  const [text, setText] = useUrlState('filter', '', textFormat);
  const [filters, setFilters] = useUrlState('filters', noFilters, filtersFormat);
  return (
    <>
      <input aria-label="Filter" value={text} onChange={(event) => setText(event.target.value)} />
      <button type="button" onClick={() => setTab(tab === 'first' ? 'second' : 'first')}>
        {tab}
      </button>
      <button type="button" onClick={() => setFilters({ host: 'a,b', state: 'done', chips: ['x', 'y'] })}>
        {JSON.stringify(filters)}
      </button>
      <button
        type="button"
        onClick={() => {
          setText('one');
          setFilters((before) => ({ ...before, state: 'done' }));
        }}
      >
        Both
      </button>
    </>
  );
}

const field = () => screen.getByRole('textbox', { name: 'Filter' });

/** Goes back or forward in the history, which the browser does asynchronously. */
async function traverse(by: 1 | -1): Promise<void> {
  await act(async () => {
    const done = new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
    window.history.go(by);
    await done;
  });
}

test('the address contains the filter, and continuous typing is one step back', async () => {
  const { user, address } = renderPage(<Page />, { path: '/page' });
  await user.type(field(), 'ab c');
  expect(address()).toBe('/page?tab=first&filter=ab+c');
  await traverse(-1);
  expect(address()).toBe('/page?tab=first');
  expect(field()).toHaveProperty('value', '');
  await traverse(1);
  expect(field()).toHaveProperty('value', 'ab c');
  await user.clear(field());
  expect(address()).toBe('/page?tab=first');
});

test('a tab is a history entry of its own, drops the filter of the other tab, and Back restores both', async () => {
  const { user, address } = renderPage(<Page />, { path: '/page?filter=a' });
  await user.click(screen.getByRole('button', { name: 'first' }));
  expect(address()).toBe('/page?tab=second');
  await user.click(screen.getByRole('button', { name: 'second' }));
  expect(address()).toBe('/page?tab=first');
  await traverse(-1);
  screen.getByRole('button', { name: 'second' });
  await traverse(-1);
  screen.getByRole('button', { name: 'first' });
  expect(field()).toHaveProperty('value', 'a');
});

test('the last tab is used for an address without a tab; an address with a tab takes precedence', async () => {
  const first = renderPage(<Page />, { path: '/page' });
  await first.user.click(screen.getByRole('button', { name: 'first' }));
  first.unmount();
  resetWindowState();
  const second = renderPage(<Page />, { path: '/page' });
  screen.getByRole('button', { name: 'second' });
  second.unmount();
  const third = renderPage(<Page />, { path: '/page?tab=first' });
  screen.getByRole('button', { name: 'first' });
  third.unmount();
  renderPage(<Page />, { path: '/page?filter=a' });
  screen.getByRole('button', { name: 'first' });
});

test('a link that is copied while a remembered tab is shown contains that tab', async () => {
  localStorage.setItem('console.kept.test.tab', JSON.stringify('tab=second'));
  const { user, address } = renderPage(<Page />, { path: '/page' });
  screen.getByRole('button', { name: 'second' });
  await user.type(field(), 'a');
  expect(address()).toBe('/page?tab=second&filter=a');
});

test('an object has a parameter for each field that is set', async () => {
  const first = renderPage(<Page />, { path: '/page' });
  await first.user.click(screen.getByRole('button', { name: /host/ }));
  const address = first.address();
  expect(address).toBe('/page?tab=first&host=a%2Cb&state=done&chips=x%2Cy');
  first.unmount();
  renderPage(<Page />, { path: address });
  screen.getByRole('button', { name: '{"host":"a,b","state":"done","chips":["x","y"]}' });
});

test('two states that are set together are both in the address', async () => {
  const { user, address } = renderPage(<Page />, { path: '/page' });
  await user.click(screen.getByRole('button', { name: 'Both' }));
  expect(address()).toBe('/page?tab=first&filter=one&state=done');
});

test('invalid values in an address are ignored', () => {
  renderPage(<Page />, { path: '/page?state=bogus&host=a' });
  screen.getByRole('button', { name: JSON.stringify(noFilters) });
});
