import type { Cloud } from '../../../electron/contract/clouds.ts';
import { Button } from '../../components/button.tsx';
import { LoginCheck } from '../clouds/login-check.tsx';
import { UnlockForm } from '../clouds/unlock-form.tsx';

type Props = { cloud: Cloud; onBack: () => void; onGoOn: () => void };

/** The login to the chosen cloud, tried and told. */
export function LoginStep({ cloud, onBack, onGoOn }: Props) {
  return (
    <section className="panel welcome-way" aria-label="Log in">
      {cloud.secret === 'missing' ? (
        <UnlockForm cloud={cloud} cancelLabel="Another cloud" onCancel={onBack} onUnlocked={() => undefined} />
      ) : (
        <LoginCheck
          cloud={cloud}
          goOnLabel="Add hosts"
          onGoOn={onGoOn}
          backLabel={cloud.source.kind === 'typed' ? 'Back' : 'Another cloud'}
          onBack={onBack}
          otherwise={<Button onClick={onGoOn}>Add hosts anyway</Button>}
        />
      )}
    </section>
  );
}
