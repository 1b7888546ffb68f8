import type { Cloud } from '../../../electron/contract/clouds.ts';
import { Button } from '../../components/button.tsx';
import { type CloudDraft, keptSecretOf } from '../clouds/cloud-draft.ts';
import { CloudForm } from '../clouds/cloud-form.tsx';

type Props = {
  draft: CloudDraft;
  half: Cloud | undefined;
  onBack: (draft: CloudDraft) => void;
  onSaved: (cloudId: string, draft: CloudDraft) => void;
};

/** A cloud typed in by hand, or corrected after its login failed. */
export function TypeStep({ draft, half, onBack, onSaved }: Props) {
  return (
    <section className="panel welcome-way" aria-label="Type in a cloud">
      <CloudForm
        initial={draft}
        cloudId={half?.id}
        kept={keptSecretOf(half)}
        submitLabel="Log in"
        onSaved={(cloud, sent) => onSaved(cloud.id, sent)}
        back={(typed) => <Button onClick={() => onBack(typed)}>Back</Button>}
      />
    </section>
  );
}
