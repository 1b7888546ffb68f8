import { Loader } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { RemoteVerdict } from '../../../electron/contract/remote.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import formClasses from '../../components/forms/form.module.css';
import { TextAreaField, TextField } from '../../components/forms/form-fields.tsx';
import { type CheckedForm, focusFirstError } from '../../components/forms/use-checked-form.ts';
import classes from './host-test.module.css';
import { StepList } from './host-test.tsx';
import { type SshValues, sshAccess } from './ssh-access-values.ts';

/** The fields of the ssh access to a host, or to all hosts of a cloud. */
export function SshAccessFields({ form, of }: { form: CheckedForm<SshValues>; of: 'host' | 'cloud' }) {
  return (
    <>
      <div className={formClasses.pair}>
        {of === 'host' ? (
          <TextField
            form={form}
            field="destination"
            label="Destination"
            placeholder="glance@glance-01"
            hint="A host, user@host, or an alias of ~/.ssh/config."
            required
          />
        ) : (
          <TextField
            form={form}
            field="user"
            label="User"
            placeholder="from ~/.ssh/config"
            hint="Each host is reached by the name in its address."
          />
        )}
        <TextField
          form={form}
          field="port"
          label="Port"
          placeholder="from ~/.ssh/config"
          inputMode="numeric"
          hint="Default 22."
        />
      </div>
      <TextField
        form={form}
        field="become"
        label="Become"
        placeholder="sudo -n -u glance"
        hint="Command that switches to the user that runs Glance. Leave empty if you log in as that user."
      />
      <TextField
        form={form}
        field="prefix"
        label="Container"
        placeholder="docker exec glance_api"
        hint="Command that enters Glance’s container. Leave empty if Glance runs on the host itself."
      />
      <TextAreaField
        form={form}
        field="configFiles"
        label="Configuration files"
        placeholder="/etc/glance/glance-api.conf"
        hint="One per line, passed to Glance’s programs. Leave empty to use their defaults."
      />
    </>
  );
}

const names: Record<RemoteVerdict['steps'][number]['step'], string> = {
  reaches: 'Login',
  becomes: 'User',
  programs: 'Programs',
  configuration: 'Settings',
  directory: 'Cache',
};

type TestProps = {
  form: CheckedForm<SshValues>;
  /** Where ssh logs in to. */
  destination: string;
  /** The name of the destination, as shown. */
  where: string;
};

/** Tests the typed ssh access and shows the steps. Saves nothing and changes nothing on the host. */
export function SshAccessTest({ form, destination, where }: TestProps) {
  const test = useMutation(queries.remote.test.mutationOptions());
  const { data, error, isPending } = test;
  return (
    <div className={classes.test}>
      <div className="row">
        <Button
          disabled={isPending}
          onClick={(event) => {
            if (form.validate().hasErrors) focusFirstError(event.currentTarget.closest('form') ?? undefined);
            else test.mutate({ remote: sshAccess({ ...form.values, destination }) });
          }}
        >
          {data || error ? 'Test ssh again' : 'Test ssh'}
        </Button>
        <span className="dim" role="status">
          {isPending ? (
            <span className="row">
              <Loader size={13} aria-hidden="true" /> Logging in{where ? ` to ${where}` : ''}…
            </span>
          ) : data || error ? null : (
            `Logs in${where ? ` to ${where}` : ''} and looks for Glance’s programs. Changes nothing.`
          )}
        </span>
      </div>
      {!isPending && data ? (
        <div className={formClasses.stack}>
          <StepList steps={data.steps} names={names} />
          {data.configuration ? (
            <p className="dim">
              Its configured limit is {formatSize(data.configuration.limitBytes)}
              {data.configuration.stated.includes('limitBytes') ? '' : ', Glance’s default'}
              {data.release ? `; its programs are of Glance ${data.release}` : ''}.
            </p>
          ) : null}
          {data.failure ? <FailureText failure={data.failure} /> : null}
        </div>
      ) : null}
      {!isPending && error ? <FailureText failure={toDisplayError(error)} /> : null}
    </div>
  );
}
