import { screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { renderPage } from '../testing/render.tsx';
import { Button } from './button.tsx';
import { Dialog, SideDrawer } from './dialog.tsx';
import { FilterField } from './filter-field.tsx';
import { Meter } from './meter.tsx';
import { FailedNotice, Notice } from './notice.tsx';
import { Tabs } from './tabs.tsx';

test('a button that cannot do its action stays focusable, does nothing, and says why', async () => {
  const onClick = vi.fn();
  const { user } = renderPage(
    <Button whyNot={{ reason: 'Glance 29 cannot prune.', remedy: 'Set up ssh.' }} onClick={onClick}>
      Prune…
    </Button>,
  );
  await user.tab();
  const button = screen.getByRole('button', { name: 'Prune…', description: 'Glance 29 cannot prune. Set up ssh.' });
  expect(document.activeElement).toBe(button);
  expect(button.getAttribute('aria-disabled')).toBe('true');
  await user.keyboard('{Enter}');
  await user.click(button);
  expect(onClick).not.toHaveBeenCalled();
});

test('a button that is disabled for the moment does nothing', async () => {
  const onClick = vi.fn();
  const { user } = renderPage(
    <Button disabled onClick={onClick}>
      Refresh
    </Button>,
  );
  await user.click(screen.getByRole('button', { name: 'Refresh' }));
  expect(onClick).not.toHaveBeenCalled();
});

function TwoTabs() {
  const [tab, setTab] = useState('cached');
  return (
    <Tabs
      label="This host"
      current={tab}
      onChange={setTab}
      tabs={[
        { id: 'cached', label: 'Cached', note: '59', noteWords: '59 images', panel: () => <p>Cached images</p> },
        { id: 'queued', label: 'Queued', panel: () => <p>Queued images</p> },
      ]}
    />
  );
}

test('tabs have their label as name and their note as description; arrow keys move between them', async () => {
  const { user } = renderPage(<TwoTabs />);
  const cached = screen.getByRole('tab', { name: 'Cached', description: '59 images' });
  expect(cached.getAttribute('aria-selected')).toBe('true');
  expect(screen.getByRole('tabpanel', { name: 'Cached' }).textContent).toBe('Cached images');
  await user.click(cached);
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Queued' }));
  expect(screen.getByRole('tabpanel', { name: 'Queued' }).textContent).toBe('Queued images');
  expect(screen.queryByText('Cached images')).toBeNull();
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(cached);
});

test('a notice is announced if it is live, and a failed one offers a retry', async () => {
  const again = vi.fn();
  const { user } = renderPage(
    <>
      <Notice tone="warn">Quiet</Notice>
      <FailedNotice error={new Error('The console broke')} again={again} />
    </>,
    { procedures: { 'app.about': () => new Promise(() => undefined) } },
  );
  expect(screen.getByRole('note').textContent).toBe('Quiet');
  expect(screen.getByRole('status').textContent).toContain('The console broke');
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(again).toHaveBeenCalledOnce();
});

test('a meter describes its value in words', () => {
  renderPage(<Meter value={95} limit={100} label="95 % of 100 GiB" />);
  expect(screen.getByRole('img', { name: '95 % of 100 GiB' }).querySelector('[data-tone="warn"]')).not.toBeNull();
});

test.each([
  ['dialog', Dialog],
  ['drawer', SideDrawer],
])('a %s has its title as name, closes with Escape, and returns the focus', async (_what, Frame) => {
  function Page() {
    const [open, setOpen] = useState(false);
    return (
      <>
        <button type="button" onClick={() => setOpen(true)}>
          Open
        </button>
        {open ? (
          <Frame title="Remove host" size={480} onClose={() => setOpen(false)}>
            <p>It is only removed from the console.</p>
          </Frame>
        ) : null}
      </>
    );
  }
  const { user } = renderPage(<Page />);
  const opener = screen.getByRole('button', { name: 'Open' });
  await user.click(opener);
  await screen.findByRole('dialog', { name: 'Remove host' });
  expect(screen.getByRole('button', { name: 'Close' })).toBeTruthy();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(document.activeElement).toBe(opener);
});

test('a filter field is focused by its key; Escape first clears it and then leaves it', async () => {
  function Field() {
    const [text, setText] = useState('');
    return <FilterField label="Filter hosts" value={text} onChange={setText} />;
  }
  const { user } = renderPage(<Field />);
  const field = screen.getByRole<HTMLInputElement>('searchbox', { name: 'Filter hosts' });
  await user.keyboard('/');
  expect(document.activeElement).toBe(field);
  await user.keyboard('lyon');
  expect(field.value).toBe('lyon');
  await user.keyboard('{Escape}');
  expect(field.value).toBe('');
  expect(document.activeElement).toBe(field);
  await user.keyboard('{Escape}');
  expect(document.activeElement).toBe(document.body);
});
