import { Skeleton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Cloud, FoundClouds } from '../../../electron/contract/clouds.ts';
import { Button } from '../../components/button.tsx';
import classes from '../../components/forms/form.module.css';
import { TextField } from '../../components/forms/form-fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { submitChecked, useCheckedForm } from '../../components/forms/use-checked-form.ts';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import { sourceName } from './cloud-labels.ts';
import { useFoundClouds, useSaveCloud } from './cloud-queries.ts';
import { CloudsYamlFile, choiceOf, FoundCloudList, nameOfSource, sourceOf } from './clouds-yaml-list.tsx';

type Props = {
  cloud: Cloud | undefined;
  submitLabel: string;
  back: ReactNode;
  onSaved: (cloud: Cloud) => void /** Offered where no clouds.yaml was found. */;
  otherwise?: ReactNode;
};

/** The form of a cloud that refers to one of clouds.yaml: which one, and its name in the console. */
export function YamlForm(props: Props) {
  const found = useFoundClouds();
  if (found.isPending)
    return (
      <div role="status" className={classes.stack}>
        <span className="hidden-text">Looking for clouds.yaml…</span>
        <Skeleton height={120} />
        <div className={classes.buttons}>{props.back}</div>
      </div>
    );
  if (found.error)
    return (
      <div className={classes.stack}>
        <FailedNotice error={found.error} again={found.refetch} />
        <div className={classes.buttons}>{props.back}</div>
      </div>
    );
  if (found.data.clouds.length === 0)
    return (
      <div className={classes.stack}>
        <CloudsYamlFile found={found.data} actions={<Button onClick={() => void found.refetch()}>Reload</Button>} />
        {props.otherwise}
        <div className={classes.buttons}>{props.back}</div>
      </div>
    );
  return <ChooseForm {...props} found={found.data} />;
}

function ChooseForm({ cloud, submitLabel, back, onSaved, found }: Props & { found: FoundClouds }) {
  const named = cloud?.source.kind === 'cloudsYaml' ? sourceName(cloud.source) : undefined;
  const before = nameOfSource(found, cloud?.source);
  const [picked, pick] = useState(before ?? null);
  const chosen = choiceOf(found, picked);
  const gone = named !== undefined && before === undefined;
  const save = useSaveCloud();
  const form = useCheckedForm({ name: cloud && cloud.name !== named ? cloud.name : '' }, ({ name }) =>
    name.trim().length > 100 ? { name: 'At most 100 characters.' } : {},
  );

  const submit = submitChecked(form, (values) => {
    if (chosen === null || save.isPending) return;
    const name = values.name.trim() || chosen.slice(0, 100);
    const source = sourceOf(found, chosen);
    if (source) save.mutate({ id: cloud?.id, name, source }, { onSuccess: onSaved });
  });

  return (
    <form onSubmit={submit} noValidate className={classes.stack}>
      {gone ? (
        <Notice tone="warn">
          {found.file} does not name “{named}” any more. Select another one, or restore it in the file.
        </Notice>
      ) : null}
      <FoundCloudList found={found} chosen={chosen} onChoose={pick} autoFocus />
      <CloudsYamlFile found={found} />
      <TextField
        form={form}
        field="name"
        label="Display name"
        placeholder={chosen ?? ''}
        hint="The login is read from clouds.yaml every time; it is not copied."
      />
      <FormFoot error={save.error} back={back}>
        <Button type="submit" kind="primary" disabled={chosen === null || save.isPending}>
          {save.isPending ? 'Saving…' : submitLabel}
        </Button>
      </FormFoot>
    </form>
  );
}
