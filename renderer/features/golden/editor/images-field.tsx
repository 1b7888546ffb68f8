import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { type KeyboardEvent, useState } from 'react';
import type { GoldenImage, GoldenPreview } from '../../../../electron/contract/golden.ts';
import { Button } from '../../../components/button.tsx';
import { Size } from '../../../components/size.tsx';
import { idsIn } from '../../image-actions/ids.ts';
import { type SetText, withImages, wordOf } from './draft.ts';
import { useCatalogue } from './use-catalogue.ts';

type Props = {
  text: SetText;
  preview: GoldenPreview | undefined;
  onChange: (images: readonly GoldenImage[]) => void;
  onChoose: () => void;
};

/** The images that a set names: from the catalogue, or by typing a name that is still to come. */
export function ImagesField({ text, preview, onChange, onChoose }: Props) {
  const [typed, setTyped] = useState('');
  const { byId } = useCatalogue(text.cloudId);
  const add = () => {
    const ids = idsIn(typed);
    const more: GoldenImage[] =
      ids.length > 0
        ? ids.map((imageId) => ({ by: 'id', imageId }))
        : typed.trim() === ''
          ? []
          : [{ by: 'name', name: typed.trim() }];
    onChange(withImages(text.images, more));
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    add();
  };
  return (
    <fieldset className="plain-fieldset golden-part">
      <legend>Named images</legend>
      {text.images.length > 0 ? (
        <ul className="golden-images" aria-label="Named images">
          {text.images.map((image, index) => {
            const word = wordOf(image);
            const problem = preview?.problems.find(({ part }) => part?.of === 'images' && part.index === index)?.text;
            const found = preview?.images[index];
            const name = image.by === 'name' ? image.name : (byId.get(image.imageId)?.name ?? image.imageId);
            return (
              <li key={word}>
                <span className="cut" title={image.by === 'id' ? image.imageId : undefined}>
                  {name}
                </span>
                <span className="faint">{image.by === 'id' ? 'by id' : 'by name'}</span>
                <span className="grow" />
                {problem ? (
                  <span className="warn cut" title={problem}>
                    {problem}
                  </span>
                ) : null}
                {found && found.images > 0 ? <Size bytes={found.bytes} className="dim" /> : null}
                <button
                  type="button"
                  className="btn btn-small golden-drop"
                  data-kind="quiet"
                  aria-label={`Remove ${name}`}
                  onClick={() => onChange(text.images.filter((one) => wordOf(one) !== word))}
                >
                  <IconX size={14} aria-hidden="true" />
                </button>
              </li>
            );
          })}
        </ul>
      ) : null}
      <div className="row">
        <input
          className="plain-input grow"
          aria-label="Name or id of an image"
          placeholder="Name or id of an image"
          value={typed}
          maxLength={1_000}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Button disabled={typed.trim() === ''} onClick={add}>
          Add
        </Button>
        <Button onClick={onChoose}>Choose…</Button>
      </div>
    </fieldset>
  );
}
