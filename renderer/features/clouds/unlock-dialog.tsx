import type { Cloud } from '../../../electron/contract/clouds.ts';
import { Dialog } from '../../components/forms/dialog.tsx';
import { UnlockForm } from './unlock-form.tsx';

type Props = { cloud: Cloud; onClose: () => void; onUnlocked?: () => void };

/** The dialog that asks for the secret of a cloud whose secret is missing. Any page may open it. */
export function UnlockDialog({ cloud, onClose, onUnlocked }: Props) {
  return (
    <Dialog title={`Unlock ${cloud.name}`} size={460} onClose={onClose}>
      <UnlockForm
        cloud={cloud}
        onCancel={onClose}
        onUnlocked={() => {
          onUnlocked?.();
          onClose();
        }}
      />
    </Dialog>
  );
}
