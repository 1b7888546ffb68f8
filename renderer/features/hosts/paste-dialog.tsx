import { useId, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/forms/dialog.tsx';
import { CloudChoice } from '../clouds/cloud-choice.tsx';
import { PasteHosts } from './paste-hosts.tsx';
import { countLines } from './paste-words.ts';

/** Adds many hosts to one cloud. It stays open while lines are left that were not understood. */
export function PasteDialog({ clouds, onClose }: { clouds: readonly Cloud[]; onClose: () => void }) {
  const id = useId();
  const [cloudId, setCloudId] = useState(clouds[0]?.id ?? '');
  return (
    <Dialog title="Paste hosts" size={760} onClose={onClose}>
      <CloudChoice id={id} clouds={clouds} value={cloudId} onChange={setCloudId} />
      <PasteHosts
        cloudId={cloudId}
        back={<Button onClick={onClose}>Cancel</Button>}
        onAdded={(report) => {
          if (countLines(report).invalid === 0) onClose();
        }}
      />
    </Dialog>
  );
}
