import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { nothingSelected } from '../../components/table/row-selection.ts';
import { renderPage } from '../../testing/render.tsx';
import { ImagePicker } from './image-picker.tsx';
import { useImagesOfHosts } from './use-images-of-hosts.ts';

const noHosts: HostId[] = [];

function Picker({ onList }: { onList: (text: string) => void }) {
  const [selection, setSelection] = useState(nothingSelected);
  const images = useImagesOfHosts('c', noHosts);
  const chosen = { selection, onSelect: setSelection };
  return <ImagePicker images={images} hostIds={noHosts} given={[]} {...chosen} onList={onList} />;
}

function renderPicker() {
  const onList = vi.fn();
  renderPage(<Picker onList={onList} />, {
    procedures: {
      'clouds.catalogue': () => ({ images: [], failure: null, readAt: 1, reading: false }),
      'clouds.rereadCatalogue': () => ({}),
    },
  });
  const paste = (text: string) =>
    fireEvent.paste(screen.getByRole('searchbox', { name: 'Search images' }), {
      clipboardData: { getData: () => text },
    });
  return { onList, paste };
}

test('ids that are pasted into the search are selected, also those that the catalogue does not have', async () => {
  const { onList, paste } = renderPicker();
  paste('00000000-0000-4000-8000-000000000001\n00000000-0000-4000-8000-000000000002');
  await screen.findByRole('button', { name: 'Chosen 2' });
  expect(screen.getAllByText('not in the catalog')).toHaveLength(2);
  expect(onList).not.toHaveBeenCalled();
});

test('a list of names that is pasted into the search becomes a pasted list', () => {
  const { onList, paste } = renderPicker();
  paste('cirros\nubuntu-24.04');
  expect(onList).toHaveBeenCalledWith('cirros\nubuntu-24.04');
});
