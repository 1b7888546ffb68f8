import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { useId } from 'react';
import type { CloudId } from '../../../electron/contract/clouds.ts';
import type { GoldenFound } from '../../../electron/contract/golden.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { Button } from '../../components/button.tsx';
import { plural } from '../../lib/format.ts';
import { newKey, parseCount, type RuleForm, splitTags } from './golden-draft.ts';
import { useCatalogueSuggestions } from './golden-suggestions.ts';

type Props = {
  cloudId: CloudId;
  rule: RuleForm;
  index: number;
  found: GoldenFound | undefined;
  problem: string | undefined;
  onChange: (part: Partial<RuleForm>) => void;
  onRemove: () => void;
};

/** One rule, and what it finds as it is written. */
export function RuleFields({ cloudId, rule, index, found, problem, onChange, onRemove }: Props) {
  const id = useId();
  const { suggestions } = useCatalogueSuggestions(cloudId);
  const tags = splitTags(rule.tags);
  const flip = (word: string) =>
    onChange({ tags: (tags.includes(word) ? tags.filter((one) => one !== word) : [...tags, word]).join(', ') });
  const changeProperty = (key: number, part: { name?: string; value?: string }) =>
    onChange({ properties: rule.properties.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  return (
    <fieldset className="golden-rule">
      <legend>Rule {index + 1}</legend>
      <Button
        kind="quiet"
        size="small"
        className="golden-drop"
        aria-label={`Remove rule ${index + 1}`}
        onClick={onRemove}
      >
        <IconX size={14} aria-hidden="true" />
      </Button>
      <label htmlFor={`${id}-name`}>Name</label>
      <div>
        <input
          id={`${id}-name`}
          className="plain-input mono"
          placeholder="ubuntu-*-server"
          value={rule.name}
          maxLength={255}
          spellCheck={false}
          autoComplete="off"
          aria-describedby={`${id}-glob`}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <span id={`${id}-glob`} className="faint golden-hint">
          The whole name: * is any text, ? one character, case does not matter.
        </span>
      </div>
      <label htmlFor={`${id}-tags`}>Tags</label>
      <div>
        <input
          id={`${id}-tags`}
          className="plain-input"
          placeholder="golden, lts"
          value={rule.tags}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ tags: event.target.value })}
        />
        {suggestions.tags.length > 0 ? (
          <span className="golden-suggested">
            {suggestions.tags.map(({ word, images }) => (
              <button
                key={word}
                type="button"
                className="chip"
                aria-pressed={tags.includes(word)}
                aria-label={`Tag ${word}, ${plural(images, 'image')}`}
                onClick={() => flip(word)}
              >
                {word} <b>{images}</b>
              </button>
            ))}
          </span>
        ) : null}
      </div>
      <span>Properties</span>
      <div className="golden-properties">
        {rule.properties.map(({ key, name, value }, place) => (
          <span key={key} className="golden-property">
            <input
              className="plain-input mono"
              aria-label={`Property ${place + 1}`}
              placeholder="os_distro"
              list={`${id}-keys`}
              value={name}
              maxLength={255}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => changeProperty(key, { name: event.target.value })}
            />
            =
            <input
              className="plain-input mono"
              aria-label={`Value of property ${place + 1}`}
              placeholder="ubuntu"
              list={`${id}-values-${key}`}
              value={value}
              maxLength={255}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => changeProperty(key, { value: event.target.value })}
            />
            <datalist id={`${id}-values-${key}`}>
              {suggestions.properties.get(name)?.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
            <Button
              kind="quiet"
              size="small"
              className="golden-drop"
              aria-label={`Remove property ${place + 1}`}
              onClick={() => onChange({ properties: rule.properties.filter((one) => one.key !== key) })}
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
          onClick={() => onChange({ properties: [...rule.properties, { key: newKey(), name: '', value: '' }] })}
        >
          Add a property
        </Button>
      </div>
      <label htmlFor={`${id}-visibility`}>Visibility</label>
      <select
        id={`${id}-visibility`}
        className="plain-select"
        value={rule.visibility}
        onChange={(event) => onChange({ visibility: event.target.value as RuleForm['visibility'] })}
      >
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
            value={rule.newest}
            aria-describedby={`${id}-family`}
            onChange={(event) => onChange({ newest: event.target.value as RuleForm['newest'] })}
          >
            <option value="all">all that it finds</option>
            <option value="family">the newest of each family of names</option>
            <option value="rule">the newest of all that it finds</option>
          </select>
          {rule.newest === 'all' ? null : (
            <input
              className="plain-input days-field"
              aria-label="How many of the newest"
              inputMode="numeric"
              value={rule.count}
              aria-invalid={parseCount(rule.count) === undefined}
              onChange={(event) => onChange({ count: event.target.value })}
            />
          )}
        </span>
        <span id={`${id}-family`} className="faint golden-hint" hidden={rule.newest !== 'family'}>
          A family is a name without the version or date at its end: k8s-node-1.33.4 and k8s-node-1.32.8 are one, the
          newest is the one created last.
        </span>
      </div>
      <span className="golden-finds" role="status">
        {problem ? <span className="warn">{problem}</span> : found ? <Finds found={found} /> : null}
      </span>
    </fieldset>
  );
}

function Finds({ found: { images, bytes, families, older } }: { found: GoldenFound }) {
  return (
    <span className="dim">
      Finds <b>{plural(images, 'image')}</b>
      {families === null ? '' : ` of ${plural(families, 'family', 'families')}`}, {formatSize(bytes)}
      {older > 0 ? `; ${plural(older, 'older one')} left out` : ''}.
    </span>
  );
}
