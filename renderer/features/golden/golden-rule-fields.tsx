import type { UseFormReturnType } from '@mantine/form';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { useEffect, useId, useRef } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { GoldenFound } from '../../../electron/contract/golden.ts';
import type { CatalogueImage } from '../../../electron/contract/images.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { Button } from '../../components/button.tsx';
import { NumberField, wholeNumber } from '../../components/forms/number-field.tsx';
import { type GoldenSetForm, newKey, type RuleForm, splitTags } from './golden-draft.ts';
import classes from './golden-editor.module.css';

const readCount = wholeNumber(1, 1_000);

type Props = {
  form: UseFormReturnType<GoldenSetForm>;
  index: number;
  rule: RuleForm;
  suggestions: Suggestions;
  found: GoldenFound | undefined;
  problem: string | undefined;
  /** The operator has just added the rule: it comes into view, and its first field gets the focus. */
  isAdded: boolean;
};

/** The fields of a rule, and what the rule finds. */
export function GoldenRuleFields({ form, index, rule, suggestions, found, problem, isAdded }: Props) {
  const id = useId();
  const fields = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (!isAdded) return;
    fields.current?.scrollIntoView({ block: 'nearest' });
    fields.current?.querySelector('input')?.focus({ preventScroll: true });
  }, [isAdded]);
  const path = `rules.${index}` as const;
  const properties = `${path}.properties` as const;
  const tags = splitTags(rule.tags);
  const toggleTag = (tag: string) => {
    const next = tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag];
    form.setFieldValue(`${path}.tags`, next.join(', '));
  };
  return (
    <fieldset ref={fields} className={classes.rule}>
      <legend>Rule {index + 1}</legend>
      <Button
        kind="quiet"
        size="small"
        className={classes.remove}
        aria-label={`Remove rule ${index + 1}`}
        onClick={() => form.removeListItem('rules', index)}
      >
        <IconX size={14} aria-hidden="true" />
      </Button>
      <label htmlFor={`${id}-name`}>Name</label>
      <div>
        <input
          id={`${id}-name`}
          className="plain-input mono"
          placeholder="ubuntu-*-server"
          maxLength={255}
          spellCheck={false}
          autoComplete="off"
          aria-describedby={`${id}-glob`}
          {...form.getInputProps(`${path}.name`)}
        />
        <span id={`${id}-glob`} className={`faint ${classes.hint}`}>
          Matches the whole name. * matches any text, ? one character. Case-insensitive.
        </span>
      </div>
      <label htmlFor={`${id}-tags`}>Tags</label>
      <div>
        <input
          id={`${id}-tags`}
          className="plain-input"
          placeholder="golden, lts"
          spellCheck={false}
          autoComplete="off"
          {...form.getInputProps(`${path}.tags`)}
        />
        {suggestions.tags.length > 0 ? (
          <span className={classes.suggestions}>
            {suggestions.tags.map(({ word, images }) => (
              <button
                key={word}
                type="button"
                className="chip"
                aria-pressed={tags.includes(word)}
                aria-label={`Tag ${word}, ${plural(images, 'image')}`}
                onClick={() => toggleTag(word)}
              >
                {word} <b>{images}</b>
              </button>
            ))}
          </span>
        ) : null}
      </div>
      <span>Properties</span>
      <div className={classes.properties}>
        {rule.properties.map(({ key, name }, place) => (
          <span key={key} className={classes.property}>
            <input
              className="plain-input mono"
              aria-label={`Property ${place + 1}`}
              placeholder="os_distro"
              list={`${id}-keys`}
              maxLength={255}
              spellCheck={false}
              autoComplete="off"
              {...form.getInputProps(`${properties}.${place}.name`)}
            />
            =
            <input
              className="plain-input mono"
              aria-label={`Value of property ${place + 1}`}
              placeholder="ubuntu"
              list={`${id}-values-${key}`}
              maxLength={255}
              spellCheck={false}
              autoComplete="off"
              {...form.getInputProps(`${properties}.${place}.value`)}
            />
            <datalist id={`${id}-values-${key}`}>
              {suggestions.properties.get(name)?.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
            <Button
              kind="quiet"
              size="small"
              className={classes.remove}
              aria-label={`Remove property ${place + 1}`}
              onClick={() => form.removeListItem(properties, place)}
            >
              <IconX size={14} aria-hidden="true" />
            </Button>
          </span>
        ))}
        <datalist id={`${id}-keys`}>
          {[...suggestions.properties.keys()].map((key) => (
            <option key={key} value={key} />
          ))}
        </datalist>
        <Button
          size="small"
          kind="quiet"
          disabled={rule.properties.length >= 20}
          onClick={() => form.insertListItem(properties, { key: newKey(), name: '', value: '' })}
        >
          Add a property
        </Button>
      </div>
      <label htmlFor={`${id}-visibility`}>Visibility</label>
      <select id={`${id}-visibility`} className="plain-select" {...form.getInputProps(`${path}.visibility`)}>
        <option value="">any</option>
        {(['public', 'private', 'shared', 'community'] as const).map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <label htmlFor={`${id}-newest`}>Take</label>
      <div>
        <span className="row">
          <select
            id={`${id}-newest`}
            className="plain-select"
            aria-describedby={`${id}-family`}
            {...form.getInputProps(`${path}.newest`)}
          >
            <option value="all">all matches</option>
            <option value="family">the newest of each name family</option>
            <option value="rule">the newest matches</option>
          </select>
          {rule.newest === 'all' ? null : (
            <NumberField
              aria-label="Number of images"
              w={64}
              value={rule.count}
              read={readCount}
              onChange={(count) => form.setFieldValue(`${path}.count`, count)}
              onInvalid={() => form.setFieldValue(`${path}.count`, undefined)}
            />
          )}
        </span>
        <span id={`${id}-family`} className={`faint ${classes.hint}`} hidden={rule.newest !== 'family'}>
          A family is the name without the version or date at its end: k8s-node-1.33.4 and k8s-node-1.32.8 are one
          family. The newest is the last created.
        </span>
      </div>
      <span className={classes.found} role="status">
        {problem ? <span className="warn">{problem}</span> : found ? <Finds found={found} /> : null}
      </span>
    </fieldset>
  );
}

function Finds({ found: { images, bytes, unsized, families, older } }: { found: GoldenFound }) {
  return (
    <span className="dim">
      Finds <b>{plural(images, 'image')}</b>
      {families === null ? '' : ` of ${plural(families, 'family', 'families')}`}, {formatSizeSum({ bytes, unsized })}
      {older > 0 ? `; ${plural(older, 'older image')} skipped` : ''}.
    </span>
  );
}

export type Suggestions = {
  /** The most frequent tags, with the number of images. */
  tags: readonly { word: string; images: number }[];
  /** The custom properties of the catalogue with their values. */
  properties: ReadonlyMap<string, readonly string[]>;
};

const maxTags = 12;
const maxProperties = 200;
const maxValues = 100;

/** Collects the tags and properties of a catalogue as suggestions for rules. */
export function suggestionsOf(images: readonly CatalogueImage[]): Suggestions {
  const tags = new Map<string, number>();
  const properties = new Map<string, Set<string>>();
  for (const image of images) {
    for (const tag of image.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
    for (const [key, value] of Object.entries(image.properties)) {
      const values = properties.get(key);
      if (values) values.add(value);
      else if (properties.size < maxProperties) properties.set(key, new Set([value]));
    }
  }
  const sorted = [...properties].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    tags: [...tags]
      .map(([word, count]) => ({ word, images: count }))
      .sort((a, b) => b.images - a.images || (a.word < b.word ? -1 : 1))
      .slice(0, maxTags),
    properties: new Map(sorted.map(([key, values]) => [key, [...values].sort().slice(0, maxValues)])),
  };
}
