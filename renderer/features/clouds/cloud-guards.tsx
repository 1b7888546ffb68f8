import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { queries } from '../../bridge/queries.ts';
import { notifyFailure } from '../../lib/notify.ts';

/** The guard rails of a cloud: whether anything may be changed there, and whether to ask twice. */
export function CloudGuards({ cloud }: { cloud: Cloud }) {
  const update = useMutation(queries.clouds.update.mutationOptions({ onError: notifyFailure }));
  const { id, name, readOnly, production } = cloud;
  return (
    <div className="settings-guards">
      <Switch
        label="Read-only"
        description="Nothing that changes a host is sent from this console."
        aria-label={`${name} is read-only`}
        checked={readOnly}
        disabled={update.isPending}
        onChange={(event) => update.mutate({ id, readOnly: event.currentTarget.checked })}
      />
      <Switch
        label="Production"
        description="What destroys much asks for a name to be typed."
        aria-label={`${name} is production`}
        checked={production}
        disabled={update.isPending}
        onChange={(event) => update.mutate({ id, production: event.currentTarget.checked })}
      />
    </div>
  );
}
