import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud } from '../../testing/sample-state.ts';
import { GoldenImportDialog } from './golden-import.tsx';

test('a file in UTF-16 is read, and one in another encoding is rejected with its line', async () => {
  const { user } = renderPage(<GoldenImportDialog onClose={() => undefined} />, {
    state: { clouds: [sampleCloud], hosts: [] },
    procedures: { 'golden.import': () => ({ applied: false, changes: [], problems: [] }) },
  });
  const field = screen.getByLabelText('Choose a file…');
  const text = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Golden sets as YAML' });
  await user.upload(field, new File([new Uint8Array([0xff, 0xfe, 0x61, 0, 0x3a, 0])], 'utf16.yaml'));
  await waitFor(() => expect(text.value).toBe('a:'));
  await user.upload(field, new File([new Uint8Array([0x61, 0x0a, 0xe4])], 'latin.yaml'));
  await screen.findByText(/^latin.yaml cannot be read: in line 2, it is not UTF-8/);
  expect(text.value).toBe('');
});
