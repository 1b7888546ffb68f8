import { Skeleton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import type { Cloud, FoundClouds } from '../../../electron/contract/clouds.ts';
import { client } from '../../bridge/client.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import { useFoundClouds, useSaveCloud } from '../clouds/cloud-queries.ts';
import {
  CloudsYamlFile,
  choiceOf,
  FoundCloudList,
  firstChoice,
  nameOfSource,
  sourceOf,
} from '../clouds/clouds-yaml-list.tsx';
import classes from './welcome.module.css';

type Props = {
  /** The cloud that was added here and has no hosts yet: choosing another one changes it. */
  added: Cloud | undefined;
  onChosen: (cloudId: string) => void;
  onType: () => void;
  onDemo: () => void;
};

/** The three ways to add a cloud. */
export function CloudStep({ added, onChosen, onType, onDemo }: Props) {
  const found = useFoundClouds();
  const demo = useMutation({
    mutationFn: async () => {
      if (added) await client.clouds.remove({ id: added.id });
      return client.clouds.openDemo({});
    },
  });
  // Wait until the state contains the cloud: without a cloud the fleet page redirects to this one.
  const opened = useConsolePart(({ clouds }) => clouds.some(({ id }) => id === demo.data?.id)) ?? false;
  useEffect(() => {
    if (opened) onDemo();
  }, [opened, onDemo]);
  const usable = found.data ? firstChoice(found.data) !== null : false;
  return (
    <div className={classes.ways}>
      <section className={`panel ${classes.way}`} aria-labelledby="way-found">
        <div className={classes.wayHead}>
          <h2 id="way-found">From clouds.yaml</h2>
          {found.data && found.data.clouds.length > 0 ? <CloudsYamlFile found={found.data} /> : null}
        </div>
        {found.isPending ? <Waiting /> : null}
        {found.error ? <FailedNotice error={found.error} again={found.refetch} /> : null}
        {found.data ? (
          <Found
            found={found.data}
            added={added}
            looking={found.isFetching}
            onChosen={onChosen}
            onSearchAgain={() => void found.refetch()}
          />
        ) : null}
      </section>
      <div className={classes.pair}>
        <section className={`panel ${classes.way}`} aria-labelledby="way-type">
          <h2 id="way-type">Enter manually</h2>
          <p className="dim">
            With a password, an application credential, a token, or no login. The secret is sent only to Keystone.
          </p>
          <div className="row">
            <Button onClick={onType} kind={found.data && !usable ? 'primary' : 'plain'}>
              Enter a cloud…
            </Button>
          </div>
        </section>
        <section className={`panel ${classes.way}`} aria-labelledby="way-demo">
          <h2 id="way-demo">Try the demo</h2>
          <p className="dim">
            A demo cloud with simulated hosts inside this console. Nothing leaves this computer, and it can be removed
            in Settings.
          </p>
          <div className="row">
            <Button onClick={() => demo.mutate()} disabled={demo.isPending}>
              {demo.isPending ? 'Starting…' : 'Open the demo cloud'}
            </Button>
          </div>
        </section>
      </div>
      {demo.error ? (
        <Notice tone="bad" live>
          <FailureText failure={toDisplayError(demo.error)} />
        </Notice>
      ) : null}
    </div>
  );
}

/** As tall as a short list of clouds, so that the page does not jump when the list arrives. */
function Waiting() {
  return (
    <div role="status">
      <span className="hidden-text">Looking for clouds.yaml…</span>
      <Skeleton height={37} mb={6} />
      <Skeleton height={37} mb={6} />
      <Skeleton height={31} width={150} mt={14} />
    </div>
  );
}

type FoundProps = Pick<Props, 'added' | 'onChosen'> & {
  found: FoundClouds;
  looking: boolean;
  onSearchAgain: () => void;
};

function Found({ found, added, looking, onChosen, onSearchAgain }: FoundProps) {
  const [picked, pick] = useState(nameOfSource(found, added?.source) ?? null);
  const chosen = choiceOf(found, picked);
  const save = useSaveCloud();

  function submit(event: FormEvent) {
    event.preventDefault();
    const source = chosen === null ? undefined : sourceOf(found, chosen);
    if (chosen === null || !source || save.isPending) return;
    save.mutate({ id: added?.id, name: chosen.slice(0, 100), source }, { onSuccess: (cloud) => onChosen(cloud.id) });
  }

  if (found.clouds.length === 0)
    return (
      <CloudsYamlFile
        found={found}
        actions={
          <Button onClick={onSearchAgain} disabled={looking}>
            Reload
          </Button>
        }
      />
    );
  return (
    <form onSubmit={submit} className={classes.found}>
      <FoundCloudList found={found} chosen={chosen} onChoose={pick} autoFocus />
      {save.error ? (
        <Notice tone="bad" live>
          <FailureText failure={toDisplayError(save.error)} />
        </Notice>
      ) : null}
      <div className="row">
        <Button type="submit" kind="primary" disabled={chosen === null || save.isPending}>
          <span className={`cut ${classes.buttonText}`}>{chosen === null ? 'Log in' : `Log in to ${chosen}`}</span>
        </Button>
        <Button kind="quiet" onClick={onSearchAgain} disabled={looking}>
          Reload
        </Button>
      </div>
    </form>
  );
}
