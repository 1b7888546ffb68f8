import { screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import type { GoldenDraft, GoldenPreview } from '../../../electron/contract/golden.ts';
import { callsOf } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { GoldenEditor } from './golden-editor.tsx';

const preview: GoldenPreview = {
  members: [],
  total: { images: 0, bytes: 0 },
  images: [{ images: 0, bytes: 0, families: null, older: 0 }],
  rules: [],
  hostIds: ['glance-01'],
  problems: [{ part: { of: 'images', index: 0 }, text: 'No image is named “no-such-image”.' }],
  readAt: 1_000,
  failure: null,
};

type Answer = GoldenPreview | ((draft: GoldenDraft) => GoldenPreview | Promise<GoldenPreview>);

function renderEditor(answer?: Answer, hosts = [sampleHost('glance-01')]) {
  const onSaved = vi.fn();
  const page = renderPage(<GoldenEditor onSaved={onSaved} onClose={() => undefined} />, {
    state: { clouds: [sampleCloud], hosts },
    procedures: {
      'clouds.catalogue': () => ({ images: [], readAt: 1_000, failure: null }),
      'clouds.rereadCatalogue': () => ({}),
      'golden.preview': (draft: GoldenDraft) =>
        typeof answer === 'function'
          ? answer(draft)
          : (answer ?? (draft.images.length > 0 ? preview : { ...preview, images: [], problems: [] })),
      'golden.save': (draft: GoldenDraft) => ({ ...draft, id: 'g' }),
    },
  });
  return { ...page, onSaved };
}

it('shows the problem of a named image beside it, and removes the image', async () => {
  const { user } = renderEditor();
  await user.click(await screen.findByRole('textbox', { name: 'Name or id of an image' }));
  await user.paste('no-such-image');
  await user.keyboard('{Enter}');
  const images = screen.getByRole('list', { name: 'Named images' });
  await waitFor(() => expect(images.textContent).toContain('No image is named “no-such-image”.'));
  await user.click(within(images).getByRole('button', { name: 'Remove no-such-image' }));
  expect(screen.queryByRole('list', { name: 'Named images' })).toBeNull();
});

it('finds the hosts of a set by a filter, in which Enter does not save', async () => {
  const hosts = Array.from({ length: 12 }, (_, index) => sampleHost(`glance-${10 + index}`));
  const { user } = renderEditor(undefined, hosts);
  await user.click(await screen.findByRole('radio', { name: /^These hosts/ }));
  await user.click(screen.getByRole('searchbox', { name: 'Filter the hosts to choose' }));
  await user.paste('glance-2');
  await user.keyboard('{Enter}');
  expect(screen.queryByRole('button', { name: 'glance-12' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'glance-21' }));
  expect(screen.getByText('1 of 12 hosts selected')).toBeTruthy();
  expect(callsOf('golden.save')).toEqual([]);
});

it('saves a set with its rules once it is complete', async () => {
  const { user, onSaved } = renderEditor();
  const save = await screen.findByRole('button', { name: 'Save' });
  expect(save.getAttribute('aria-disabled')).toBe('true');
  await user.type(screen.getByRole('textbox', { name: 'Name' }), 'base');
  await user.click(screen.getByRole('button', { name: 'Add a rule' }));
  const rule = within(screen.getByRole('group', { name: 'Rule 1' }));
  await user.click(rule.getByRole('textbox', { name: 'Tags' }));
  await user.paste('golden, lts');
  await user.click(rule.getByRole('button', { name: 'Add a property' }));
  await user.type(rule.getByRole('combobox', { name: 'Property 1' }), 'os_type');
  await user.type(rule.getByRole('combobox', { name: 'Value of property 1' }), 'linux');
  await user.selectOptions(rule.getByRole('combobox', { name: 'Take' }), 'the newest of each name family');
  const count = rule.getByRole('textbox', { name: 'Number of images' });
  await user.clear(count);
  expect(count.getAttribute('aria-invalid')).toBe('true');
  expect(save.getAttribute('aria-disabled')).toBe('true');
  await user.type(count, '1');
  await user.click(save);
  await waitFor(() => expect(onSaved).toHaveBeenCalledWith('g'));
  expect(callsOf('golden.save')).toMatchObject([
    {
      cloudId: sampleCloud.id,
      name: 'base',
      hosts: { kind: 'all' },
      rules: [{ tags: ['golden', 'lts'], properties: { os_type: 'linux' }, newest: { count: 1, per: 'family' } }],
    },
  ]);
});

it('focuses an added rule, and reports its problems only after something was typed', async () => {
  const { user } = renderEditor({
    ...preview,
    problems: [{ part: { of: 'rules', index: 0 }, text: 'It has no condition.' }],
  });
  await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'base');
  await user.click(screen.getByRole('button', { name: 'Add a rule' }));
  const rule = within(screen.getByRole('group', { name: 'Rule 1' }));
  expect(document.activeElement).toBe(rule.getByRole('textbox', { name: 'Name' }));
  await waitFor(() => expect(callsOf('golden.preview').at(-1)).toMatchObject({ rules: [{ name: '' }] }));
  expect(screen.queryByText(/no condition/)).toBeNull();
  expect(screen.getByText('Fill in rule 1, or remove it.').className).not.toContain('bad');
  await user.click(rule.getByRole('button', { name: 'Add a property' }));
  await rule.findByText('It has no condition.');
});

it('shows what the preview says of an image only beside that image, while others change and the next preview is computed', async () => {
  const answers: (() => void)[] = [];
  let held = false;
  const { user } = renderEditor((draft) => {
    const answer = {
      ...preview,
      images: draft.images.map((_, index) => ({ images: 1, bytes: index + 5, families: null, older: 0 })),
      problems: draft.images.flatMap((image, index) =>
        image.by === 'name' && image.name === 'bad'
          ? [{ part: { of: 'images', index }, text: 'No image is named “bad”.' }]
          : [],
      ),
    } as GoldenPreview;
    return held ? new Promise((resolve) => answers.push(() => resolve(answer))) : answer;
  });
  const field = await screen.findByRole('textbox', { name: 'Name or id of an image' });
  await user.type(field, 'bad{Enter}good{Enter}');
  const item = (name: string) =>
    within(screen.getByRole('list', { name: 'Named images' }))
      .getAllByRole('listitem')
      .find((one) => one.textContent?.startsWith(name));
  await waitFor(() => expect(item('bad')?.textContent).toContain('No image is named “bad”.'));
  await waitFor(() => expect(item('good')?.textContent).toContain('6 B'));
  held = true;
  await user.click(screen.getByRole('button', { name: 'Remove bad' }));
  expect(item('good')?.textContent).not.toContain('No image is named');
  expect(item('good')?.textContent).toContain('6 B');
  await waitFor(() => expect(answers).toHaveLength(1));
  answers[0]?.();
  await waitFor(() => expect(item('good')?.textContent).toContain('5 B'));
});

it('says nothing of what a rule was before it was changed', async () => {
  const { user } = renderEditor((draft) => ({
    ...preview,
    images: [],
    problems: draft.rules.flatMap(({ name }, index) =>
      name === 'u*' ? [] : [{ part: { of: 'rules' as const, index }, text: `Nothing matches “${name}”.` }],
    ),
  }));
  await user.click(await screen.findByRole('button', { name: 'Add a rule' }));
  const rule = within(screen.getByRole('group', { name: 'Rule 1' }));
  const name = rule.getByRole('textbox', { name: 'Name' });
  await user.type(name, 'u');
  await rule.findByText('Nothing matches “u”.');
  await user.type(name, '*');
  expect(rule.queryByText('Nothing matches “u”.')).toBeNull();
});
