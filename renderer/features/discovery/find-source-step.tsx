import { Loader } from '@mantine/core';
import { type FormEvent, useEffect, useId, useRef } from 'react';
import type { Askable, FindSource, FindSources, InventoryGroups } from '../../../electron/contract/discovery.ts';
import type { DisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import formClasses from '../../components/forms/form.module.css';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import classes from './find-hosts.module.css';
import { type SourceForm, sourceOf } from './find-source.ts';
import { InventoryForm } from './inventory-form.tsx';

const kinds: { kind: FindSource['kind']; name: string; hint: string }[] = [
  { kind: 'inventory', name: 'Ansible inventory', hint: 'INI or YAML, one file or a folder' },
  { kind: 'nodes', name: 'Neighbours of hosts', hint: 'Hosts that share a cache database with a known host' },
  { kind: 'catalogue', name: 'Service catalog', hint: 'Image endpoints in the Keystone catalog' },
  { kind: 'paste', name: 'Pasted list', hint: 'One address per line' },
];

type Props = {
  form: SourceForm;
  sources: { data: FindSources | undefined; error: unknown; refetch: () => void };
  inventory: { groups: InventoryGroups | undefined; error: unknown; waiting: boolean };
  finding: boolean;
  failure: DisplayError | undefined;
  /**
   * Whether the operator came back from the candidates. Then the focused button is gone, so the source gets the focus.
   */
  again: boolean;
  onFind: (source: FindSource) => void;
  onStop: () => void;
  onClose: () => void;
};

/** Chooses one of four sources and asks for what it needs. */
export function SourceStep(props: Props) {
  const { form, sources, inventory, finding, failure, again, onFind, onStop, onClose } = props;
  const group = useId();
  const places = useRef<HTMLFieldSetElement>(null);
  const back = useRef(again);
  useEffect(() => {
    if (back.current) places.current?.querySelector<HTMLElement>('input:checked')?.focus();
  }, []);
  const asked = sourceOf(form.values, sources.data, inventory.groups);

  function submit(event: FormEvent) {
    event.preventDefault();
    if ('source' in asked && !finding && !inventory.waiting) onFind(asked.source);
  }

  return (
    <form onSubmit={submit} className={classes.find}>
      <div className={classes.source}>
        <fieldset className={classes.kinds} ref={places}>
          <legend className="hidden-text">Source</legend>
          {kinds.map(({ kind, name, hint }) => (
            <label key={kind} className={classes.kind}>
              <input
                type="radio"
                name={group}
                checked={form.values.kind === kind}
                data-autofocus={form.values.kind === kind ? true : undefined}
                onChange={() => form.setFieldValue('kind', kind)}
              />
              <span>
                <span className="name">{name}</span>
                <span className="dim">{hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className={classes.told}>
          {form.values.kind === 'inventory' ? <InventoryForm form={form} read={inventory} /> : null}
          {form.values.kind === 'paste' ? <PasteForm form={form} /> : null}
          {form.values.kind === 'nodes' ? (
            <>
              <p>
                Glance 2026.2 (33) and later with the driver <span className="mono">centralized_db</span> keep the
                caches of several hosts in one database and list which hosts have an image. The console queries the most
                used images of known hosts; a host with none of these images is not found.
              </p>
              <SourceStatus askable={sources.data?.nodes} error={sources.error} onAgain={sources.refetch} />
            </>
          ) : null}
          {form.values.kind === 'catalogue' ? (
            <>
              <p>
                The catalog usually lists a load balancer in front of the hosts. It is marked as such. Add the hosts
                behind it instead: each host has its own cache.
              </p>
              <SourceStatus askable={sources.data?.catalogue} error={sources.error} onAgain={sources.refetch} />
            </>
          ) : null}
        </div>
      </div>
      {failure ? (
        <Notice tone="bad" live>
          <FailureText failure={failure} />
        </Notice>
      ) : null}
      <div className={formClasses.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <span className="grow" />
        <span className="dim" role="status">
          {finding ? (
            <span className="row">
              <Loader size={13} aria-hidden="true" /> Searching…
            </span>
          ) : null}
        </span>
        {finding ? <Button onClick={onStop}>Stop</Button> : null}
        <Button
          type="submit"
          kind="primary"
          disabled={finding}
          whyNot={'whyNot' in asked && !finding ? asked.whyNot : undefined}
        >
          Find hosts
        </Button>
      </div>
    </form>
  );
}

function SourceStatus({
  askable,
  error,
  onAgain,
}: {
  askable: Askable | undefined;
  error: unknown;
  onAgain: () => void;
}) {
  if (error) return <FailedNotice error={error} again={onAgain} />;
  if (!askable)
    return (
      <p className="dim" role="status">
        Reading the catalog…
      </p>
    );
  if (askable.can) return <p className={formClasses.breakable}>{askable.text}</p>;
  return (
    <Notice tone="warn" actions={<Button onClick={onAgain}>Reload</Button>}>
      {askable.reason} <span className="dim">{askable.remedy}</span>
    </Notice>
  );
}

function PasteForm({ form }: Pick<Props, 'form'>) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className={classes.label}>
        Hosts, one per line
      </label>
      <textarea
        id={id}
        className={classes.text}
        rows={14}
        spellCheck={false}
        autoCapitalize="none"
        maxLength={100_000}
        placeholder={
          'glance-01.example.net\nglance-02.example.net:9292  second  500GiB\nhttps://edge-lyon-1.example.net/image'
        }
        {...form.getInputProps('paste')}
      />
      <p className="dim">Address, optional name, optional limit.</p>
    </>
  );
}
