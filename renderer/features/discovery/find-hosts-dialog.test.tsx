import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Candidate, Found, InventoryGroups } from '../../../electron/contract/discovery.ts';
import { callsOf, type Procedures } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { FindHostsDialog } from './find-hosts-dialog.tsx';

const sources = {
  catalogue: { can: false, reason: 'The service catalog of this cloud has no image service.', remedy: 'Look at it.' },
  nodes: { can: false, reason: 'No host of this cloud runs Glance 2026.2 (33) or later.', remedy: 'Add one.' },
};
const groups: InventoryGroups = {
  format: 'ini',
  groups: [
    { name: 'all', hosts: 2 },
    { name: 'glance_api', hosts: 2 },
  ],
  preselected: 'glance_api',
  addressVariables: [],
  problems: [{ line: 3, text: 'A variable of the host “odd” is not name=value.' }],
};
const candidate = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  address: `http://${name}:9292`,
  name,
  limitBytes: null,
  from: 'inventory: glance_api',
  knownHostId: null,
  marks: [],
  ...more,
});
const found: Found = {
  candidates: [candidate('old', { knownHostId: 'old' }), candidate('new')],
  problems: [],
  failure: null,
};
const verdict = {
  steps: [{ step: 'reachable', outcome: 'ok', text: 'It answers.' }],
  capabilities: null,
  failure: null,
  marks: [],
};
async function* tested() {
  yield { state: 'testing', address: 'http://new:9292' };
  yield { state: 'tested', address: 'http://new:9292', verdict };
}
async function* hanging() {
  yield { state: 'testing', address: 'http://new:9292' };
  await new Promise(() => undefined);
}
function open(procedures: Procedures = {}) {
  const closed: string[] = [];
  const page = renderPage(<FindHostsDialog onClose={() => closed.push('closed')} />, {
    state: { clouds: [sampleCloud], hosts: [sampleHost('old')] },
    procedures: {
      'discovery.sources': () => sources,
      'discovery.groups': () => groups,
      'discovery.find': () => found,
      'discovery.examine': tested,
      'discovery.add': () => ({ added: [sampleHost('new')], duplicates: [] }),
      ...procedures,
    },
  });
  return { ...page, closed };
}
const findButton = (description?: RegExp) =>
  screen.getByRole('button', { name: 'Find hosts', ...(description ? { description } : {}) });

test('a source that cannot be searched shows the reason, and the arrow keys move between the sources', async () => {
  const { user } = open();
  await user.click(screen.getByRole('radio', { name: /^Service catalog/ }));
  await screen.findByText(/has no image service/, { selector: 'div' });
  findButton(/has no image service/);
  await user.keyboard('{ArrowUp}');
  await screen.findByText(/No host of this cloud runs Glance/, { selector: 'div' });
  await user.keyboard('{ArrowUp}');
  screen.getByRole('textbox', { name: 'Inventory' });
  findButton(/No inventory selected/);
});

test('an inventory shows its groups and its problems; Enter searches, and Back returns to its source', async () => {
  const { user } = open();
  await user.click(screen.getByRole('textbox', { name: 'Inventory' }));
  await user.paste('[glance_api]\nold\nnew\n');
  const group = await screen.findByRole<HTMLInputElement>('checkbox', { name: /^glance_api/ });
  expect(group.checked).toBe(true);
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /^all/ }).checked).toBe(false);
  screen.getByText('A variable of the host “odd” is not name=value.');
  await user.clear(screen.getByLabelText('Port'));
  await user.type(screen.getByLabelText('Port'), '9393{Enter}');
  const heading = await screen.findByRole('heading', {
    name: '2 addresses found in the inventory, 1 already added',
  });
  expect(document.activeElement).toBe(heading);
  expect(callsOf('discovery.find')).toMatchObject([
    { source: { kind: 'inventory', groups: ['glance_api'], port: 9_393 } },
  ]);
  await user.click(screen.getByRole('button', { name: 'Back' }));
  expect(document.activeElement).toBe(screen.getByRole('radio', { name: /^Ansible inventory/ }));
  await user.clear(screen.getByRole('textbox', { name: 'Inventory' }));
  findButton(/No inventory selected/);
});

test('candidates that passed the test are added with the limit for all; known hosts are not', async () => {
  const { user, closed } = open();
  await user.click(screen.getByRole('radio', { name: /^Pasted list/ }));
  await user.type(screen.getByRole('textbox', { name: 'Hosts, one per line' }), 'new');
  await user.click(findButton());
  await screen.findByText('1 of 1 tested');
  const table = screen.getByRole('table', { name: 'Addresses found' });
  within(table).getByText('added as old');
  await user.click(screen.getByRole('textbox', { name: 'Limit for all' }));
  await user.paste('20 GiB');
  await user.click(screen.getByRole('button', { name: 'Add 1 host' }));
  await waitFor(() => expect(closed).toEqual(['closed']));
  expect(callsOf('discovery.add')).toEqual([
    { cloudId: 'c1', region: null, hosts: [{ address: 'http://new:9292', name: 'new', limitBytes: 20 * 1024 ** 3 }] },
  ]);
});

test('a test that hangs is stopped', async () => {
  const { user } = open({ 'discovery.examine': hanging });
  await user.click(screen.getByRole('radio', { name: /^Pasted list/ }));
  await user.type(screen.getByRole('textbox', { name: 'Hosts, one per line' }), 'new');
  await user.click(findButton());
  const table = await screen.findByRole('table', { name: 'Addresses found' });
  await within(table).findByText('testing…');
  await user.click(screen.getByRole('button', { name: 'Stop testing' }));
  within(table).getByText('not tested');
});

const bytes = (name: string, content: string | Uint8Array<ArrayBuffer>, folder = '') => {
  const file = new File([content], name);
  if (folder !== '') Object.defineProperty(file, 'webkitRelativePath', { value: `${folder}/${name}` });
  return file;
};

test('the files of a folder are read as one inventory; hidden files are skipped, and undecodable ones are reported', async () => {
  const { user } = open();
  await user.upload(screen.getByLabelText('Folder of an inventory'), [
    bytes('hosts', '[glance_api]\nold\nnew\n', 'inventory'),
    bytes('all.yml', Uint8Array.from([0x61, 0x3a, 0x0a, 0xe4]), 'inventory/group_vars'),
    bytes('.secret', 'x', 'inventory'),
    bytes('hosts.bak', 'x', 'inventory'),
    bytes('new.yml', 'ansible_host: 10.0.0.2\n', 'inventory/host_vars'),
  ]);
  const list = await screen.findByRole('list', { name: 'Files of the inventory' });
  expect(
    within(list)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(['inventory/hosts', 'inventory/host_vars/new.yml']);
  await user.click(await screen.findByText('2 things skipped or invalid'));
  screen.getByText(/^inventory\/group_vars\/all.yml cannot be read: in line 2, it is not UTF-8: byte 0xe4/);
  await screen.findByText('2 files, 2 hosts');
  await user.click(findButton());
  await screen.findByRole('table', { name: 'Addresses found' });
  expect(callsOf('discovery.find')).toMatchObject([
    {
      source: {
        files: [{ path: 'inventory/hosts' }, { path: 'inventory/host_vars/new.yml', text: 'ansible_host: 10.0.0.2\n' }],
      },
    },
  ]);
  await user.click(screen.getByRole('button', { name: 'Back' }));
  await user.click(screen.getByRole('button', { name: 'Remove' }));
  screen.getByRole('textbox', { name: 'Inventory' });
  findButton(/No inventory selected/);
});

test('a file in UTF-16 is read, and one in Latin-1 is rejected with its line', async () => {
  const { user } = open();
  const field = screen.getByLabelText('Inventory file');
  await user.upload(field, bytes('utf16.ini', new Uint8Array([0xff, 0xfe, 0x5b, 0, 0x61, 0, 0x5d, 0])));
  const text = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Inventory' });
  await waitFor(() => expect(text.value).toBe('[a]'));
  await user.upload(field, bytes('latin.ini', Uint8Array.from([0x0a, 0xfc, 0x0a])));
  await screen.findByText(/^latin.ini cannot be read: in line 2, it is not UTF-8/);
});

test('a dropped folder is read with its subfolders', async () => {
  open();
  const entry = (path: string, more: object) => ({ fullPath: path, isFile: false, isDirectory: false, ...more });
  const file = (path: string) =>
    entry(path, { isFile: true, file: (done: (file: File) => void) => done(bytes(path, '[a]\nb\n')) });
  const folder = (path: string, entries: object[]) => {
    const parts = [entries, []];
    const readEntries = (done: (part: object[]) => void) => done(parts.shift() ?? []);
    return entry(path, { isDirectory: true, createReader: () => ({ readEntries }) });
  };
  const root = folder('/i', [
    file('/i/hosts'),
    folder('/i/sub', [file('/i/sub/more')]),
    folder('/i/.git', [file('/i/.git/x')]),
  ]);
  fireEvent.drop(screen.getByRole('textbox', { name: 'Inventory' }), {
    dataTransfer: { items: [{ kind: 'file', webkitGetAsEntry: () => root }] },
  });
  const list = await screen.findByRole('list', { name: 'Files of the inventory' });
  expect(
    within(list)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(['i/hosts', 'i/sub/more']);
});

test('this machine is marked and not selected by default', async () => {
  const mark = { kind: 'thisMachine' as const, label: 'this machine', text: 'localhost is the console’s machine.' };
  const { user } = open({
    'discovery.find': () => ({ candidates: [candidate('new', { marks: [mark] })], problems: [], failure: null }),
  });
  await user.click(screen.getByRole('radio', { name: /^Pasted list/ }));
  await user.type(screen.getByRole('textbox', { name: 'Hosts, one per line' }), 'new');
  await user.click(findButton());
  const table = await screen.findByRole('table', { name: 'Addresses found' });
  within(table).getByText('this machine');
  await screen.findByText('1 of 1 tested');
  screen.getByRole('button', { name: 'Add hosts' });
});
