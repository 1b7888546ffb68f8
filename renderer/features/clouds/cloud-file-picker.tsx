import { type ChangeEvent, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import classes from '../../components/forms/form.module.css';
import { Notice } from '../../components/notice.tsx';
import { readTextFile, refusalText } from '../../lib/read-text-file.ts';
import { readCloudFile } from './cloud-file.ts';
import type { CloudValues } from './cloud-form-values.ts';

type Props = { onChosen: (values: CloudValues) => void; onManual: () => void };

/** Reads a cloud from a clouds.yaml or openrc file that the operator chooses, and hands its values to the form. */
export function CloudFilePicker({ onChosen, onManual }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [found, setFound] = useState<readonly CloudValues[]>([]);
  const [problem, setProblem] = useState<string>();
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.currentTarget.files?.[0];
    // The same file can be chosen again after it was corrected.
    event.currentTarget.value = '';
    if (!file) return;
    setFound([]);
    const text = await readTextFile(file);
    if ('problem' in text) {
      setProblem(refusalText(file.name, text));
      return;
    }
    const { clouds, problem: reason } = await readCloudFile(text.text);
    setProblem(reason === undefined ? undefined : `${file.name}: ${reason}`);
    const [only] = clouds;
    if (only && clouds.length === 1) onChosen(only);
    else setFound(clouds);
  };
  return (
    <div className={classes.stack}>
      <div className="row">
        <Button kind="primary" onClick={() => field.current?.click()}>
          Choose file…
        </Button>
        <Button onClick={onManual}>Enter manually</Button>
        <span className="dim">A clouds.yaml or openrc file</span>
        <input
          ref={field}
          type="file"
          hidden
          aria-label="A clouds.yaml or openrc file"
          onChange={(event) => void read(event)}
        />
      </div>
      {problem === undefined ? null : (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
      {found.length > 0 ? (
        <fieldset className="plain-fieldset">
          <legend className="dim">Select a cloud</legend>
          <div className="row">
            {found.map((cloud) => (
              <Button key={cloud.name} onClick={() => onChosen(cloud)}>
                {cloud.name}
              </Button>
            ))}
          </div>
        </fieldset>
      ) : null}
    </div>
  );
}
