import { TextInput, Tooltip } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import type { CloudSource, FoundClouds } from '../../../electron/contract/clouds.ts';
import { FailureText } from '../../components/failure-text.tsx';
import formClasses from '../../components/forms/form.module.css';
import { Notice } from '../../components/notice.tsx';
import { Tag } from '../../components/tag.tsx';
import { useTextFilter } from '../../lib/text-filter.ts';
import classes from './clouds-yaml-list.module.css';

type Found = FoundClouds['clouds'][number];
type Props = {
  found: FoundClouds;
  chosen: string | null;
  onChoose: (name: string) => void;
  autoFocus?: boolean;
};

/** With more clouds than this the list has a filter. */
const maxWithoutFilter = 8;

/** The source of the cloud that has this name in the list. */
export function sourceOf(found: FoundClouds, name: string): CloudSource | undefined {
  const cloud = found.clouds.find((one) => one.name === name);
  if (!cloud) return undefined;
  const { cloudName, regionName } = cloud;
  return { kind: 'cloudsYaml', cloudName, ...(regionName === null ? {} : { regionName }) };
}

/** The name in the list of the cloud that a source refers to. One without a region refers to the first. */
export function nameOfSource(found: FoundClouds, source: CloudSource | undefined): string | undefined {
  if (source?.kind !== 'cloudsYaml') return undefined;
  const { cloudName, regionName } = source;
  const cloud = found.clouds.find(
    (one) => one.cloudName === cloudName && (regionName === undefined || one.regionName === regionName),
  );
  return cloud?.name;
}

/** The initial choice: `OS_CLOUD`, otherwise the first usable cloud. */
export function firstChoice(found: FoundClouds): string | null {
  const usable = found.clouds.filter(({ problem }) => problem === null);
  return (usable.find(({ name }) => name === found.preselected) ?? usable[0])?.name ?? null;
}

/** The operator's choice while it is usable, otherwise the initial choice: the file may change in the meantime. */
export function choiceOf(found: FoundClouds, picked: string | null): string | null {
  const usable = found.clouds.some(({ name, problem }) => name === picked && problem === null);
  return usable ? picked : firstChoice(found);
}

const cloudFields = ({ name, authUrl, user, project, region }: FoundClouds['clouds'][number]) => [
  name,
  authUrl,
  user,
  project,
  region,
];

/** A radio list of the clouds of clouds.yaml. Unusable ones are disabled and say why. */
export function FoundCloudList({ found, chosen, onChoose, autoFocus = false }: Props) {
  const group = useId();
  const [filter, setFilter] = useState('');
  const shown = useTextFilter(found.clouds, filter, cloudFields);
  return (
    <fieldset className={classes.options}>
      <legend className="hidden-text">Cloud of clouds.yaml</legend>
      {found.clouds.length > maxWithoutFilter ? (
        <TextInput
          type="search"
          aria-label="Filter clouds"
          placeholder="Filter clouds"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          mb={8}
        />
      ) : null}
      <div className={classes.optionList}>
        {shown.map((cloud) => (
          <Option
            key={cloud.name}
            group={group}
            cloud={cloud}
            preselected={cloud.name === found.preselected}
            checked={cloud.name === chosen}
            autoFocus={autoFocus && cloud.name === chosen}
            onChoose={() => onChoose(cloud.name)}
          />
        ))}
        {shown.length === 0 ? <p className={`dim ${formClasses.none}`}>No cloud matches “{filter.trim()}”.</p> : null}
      </div>
    </fieldset>
  );
}

type OptionProps = {
  group: string;
  cloud: Found;
  preselected: boolean;
  checked: boolean;
  autoFocus: boolean;
  onChoose: () => void;
};

function Option({ group, cloud, preselected, checked, autoFocus, onChoose }: OptionProps) {
  const id = useId();
  const who = [cloud.user, cloud.project ? `in ${cloud.project}` : null].filter(Boolean).join(' ');
  return (
    <label className={classes.option}>
      <input
        type="radio"
        name={group}
        value={cloud.name}
        checked={checked}
        disabled={cloud.problem !== null}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-about`}
        {...(autoFocus ? { 'data-autofocus': true, autoFocus: true } : {})}
        onChange={onChoose}
      />
      <span className={cloud.problem === null ? 'name cut' : 'cut dim'} id={`${id}-name`} title={cloud.name}>
        {cloud.name}
      </span>
      <span className="dim cut" id={`${id}-about`} title={cloud.authUrl ?? undefined}>
        {[who || cloud.authType, cloud.authUrl].filter(Boolean).join(' · ')}
        {cloud.problem === null ? null : <span className="hidden-text">. {cloud.problem}</span>}
      </span>
      <span className={formClasses.tags}>
        {cloud.region ? <Tag>{cloud.region}</Tag> : null}
        {preselected ? (
          <Tag tone="accent" title="The environment names this cloud in OS_CLOUD, and its region in OS_REGION_NAME">
            OS_CLOUD
          </Tag>
        ) : null}
      </span>
      {cloud.problem === null ? null : (
        <span className={classes.optionProblem} aria-hidden="true">
          {cloud.problem}
        </span>
      )}
    </label>
  );
}

/** The path of clouds.yaml, or where it was searched for if there is none, or why it cannot be read. */
export function CloudsYamlFile({ found, actions }: { found: FoundClouds; actions?: ReactNode }) {
  if (found.failure)
    return (
      <Notice tone="warn" live actions={actions}>
        <FailureText failure={found.failure} />
      </Notice>
    );
  if (found.file !== null && found.clouds.length > 0)
    return (
      <Tooltip label={<SearchedPaths looked={found.looked} />}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tip with the places must be reachable with the keyboard */}
        <span className={`faint mono cut ${classes.file}`} tabIndex={0}>
          <bdi>{found.file}</bdi>
        </span>
      </Tooltip>
    );
  return (
    <div className={classes.noneFound}>
      <div className="dim">
        {found.file === null ? (
          <p>No clouds.yaml found. Searched in this order:</p>
        ) : (
          <p>
            <span className="mono">{found.file}</span> contains no cloud.
          </p>
        )}
        {found.file === null ? <SearchedPaths looked={found.looked} /> : null}
      </div>
      {actions}
    </div>
  );
}

function SearchedPaths({ looked }: { looked: readonly string[] }) {
  return (
    <ol className={classes.looked} aria-label="Searched locations">
      {looked.map((file) => (
        <li key={file} className="mono">
          {file}
        </li>
      ))}
    </ol>
  );
}
