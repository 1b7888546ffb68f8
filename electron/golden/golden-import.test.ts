import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type GoldenSet, goldenRule, goldenSet, maxGoldenFileLength } from '../contract/golden.ts';
import { planImport } from './golden-import.ts';
import { golden } from './testing/golden-samples.ts';
import { type Inventory, writeGolden } from './write-golden-yaml.ts';

const oneHost = (id: string, name: string, cloudId = 'c') => ({
  id,
  cloudId,
  name,
  address: `http://${id}:9292`,
  labels: [],
});
const known: Inventory = {
  clouds: [
    { id: 'c', name: 'Prod' },
    { id: 'd', name: 'Lab: "x"' },
  ],
  hosts: [oneHost('1', 'glance-01'), oneHost('2', 'twin'), oneHost('3', 'twin'), oneHost('4', 'yes', 'd')],
};

const example = golden({
  note: 'what every node needs\nin two lines',
  hosts: { kind: 'named', hostIds: ['1', '3'] },
  exact: true,
  images: [
    { by: 'name', name: '24.10' },
    { by: 'id', imageId: '734871a2-a781-4d15-89dc-a5271719ca9c' },
  ],
  rules: [
    goldenRule.parse({ name: 'ubuntu-*', tags: ['lts'], properties: { os_version: '24.10', b: 'no' } }),
    goldenRule.parse({ visibility: 'public', newest: { count: 2, per: 'family' } }),
  ],
});
const written = `golden_sets:
  - name: base
    note: |-
      what every node needs
      in two lines
    cloud: Prod
    hosts:
      names:
        - glance-01
        - http://3:9292
    exact: true
    images:
      - name: "24.10"
      - id: 734871a2-a781-4d15-89dc-a5271719ca9c
    rules:
      - name: ubuntu-*
        tags:
          - lts
        properties:
          b: "no"
          os_version: "24.10"
      - visibility: public
        newest: 2
        per: family
`;

const without = ({ id: _, ...rest }: GoldenSet) => rest;

describe('a file of golden sets', () => {
  it('names hosts, clouds and images as people do, and contains no id of the console', () => {
    expect(writeGolden([example], known)).toBe(written);
  });

  it('has the same order for any order of the sets', () => {
    const sets = [golden({ id: '1', name: 'b' }), golden({ id: '2', name: 'a' }), golden({ id: '3', cloudId: 'd' })];
    expect(writeGolden(sets, known)).toBe(writeGolden([...sets].reverse(), known));
  });

  it('changes nothing if it equals the saved sets', () => {
    const plan = planImport(written, known, [example], undefined);
    expect(plan).toEqual({
      changes: [{ name: 'base', cloudName: 'Prod', change: 'same', differences: [] }],
      problems: [],
      sets: [],
    });
  });

  it('lists what it would change, and keeps the id of a changed set', () => {
    const last = golden({ ...example, exact: false, images: [{ by: 'name', name: 'cirros' }], hosts: { kind: 'all' } });
    const { changes, sets } = planImport(written, known, [last], undefined);
    expect(changes[0]?.change).toBe('change');
    expect(changes[0]?.differences).toEqual([
      'hosts: all hosts of the cloud → glance-01, http://3:9292',
      'exact on',
      'adds the image “24.10”',
      'adds the image 734871a2-a781-4d15-89dc-a5271719ca9c',
      'removes the image “cirros”',
    ]);
    expect(sets).toEqual([{ ...example, id: last.id }]);
  });

  it('accepts numbers, flags and blanks as people write them', () => {
    const text =
      'golden_sets: [{name: x, cloud: Prod, exact: False, images: [{name: 24.10}], rules: [{name: 7, newest: 3}]}]';
    const { sets, problems } = planImport(text, known, [], undefined);
    expect(problems).toEqual([]);
    expect(sets.map(without)).toEqual([
      without(
        golden({
          name: 'x',
          images: [{ by: 'name', name: '24.10' }],
          rules: [goldenRule.parse({ name: '7', newest: { count: 3, per: 'family' } })],
        }),
      ),
    ]);
  });

  it('is imported into the chosen cloud, whatever it names, and reports if none fits', () => {
    const text = 'golden_sets:\n  - name: x\n    cloud: Elsewhere\n    images: [{name: a}]\n';
    expect(planImport(text, known, [], 'd').sets).toMatchObject([{ cloudId: 'd' }]);
    expect(planImport(text, known, [], undefined).problems).toEqual([
      { line: 3, text: expect.stringContaining('No cloud in the console is named “Elsewhere”') },
    ]);
    const nowhere = 'golden_sets:\n  - name: x\n    images: [{name: a}]\n';
    expect(planImport(nowhere, known, [], undefined).problems[0]?.text).toContain('has no cloud');
    const only = { ...known, clouds: known.clouds.slice(0, 1) };
    expect(planImport(nowhere, only, [], undefined).sets).toMatchObject([{ cloudId: 'c' }]);
  });

  it.each<[string, string, number | null, string]>([
    ['an unknown key', 'golden_sets:\n  - name: x\n    colour: red', 3, '“colour” is not a key of a golden set'],
    ['an unknown key of a rule', 'golden_sets:\n- name: x\n  rules:\n  - nam: y', 4, '“nam” is not a key of a rule'],
    ['a root of another kind', '- a', 1, 'The file must be a mapping'],
    ['nothing', '', 1, 'The file is empty'],
    ['another root', 'sets: []', 1, '“sets” is not a key of the file'],
    ['no name', 'golden_sets:\n  - note: x', 2, 'A golden set has no name'],
    ['a bad flag', 'golden_sets:\n  - name: x\n    exact: maybe', 3, '“maybe” is not true or false'],
    [
      'a bad number',
      'golden_sets:\n- name: x\n  rules:\n  - name: a\n    newest: -1',
      5,
      '“-1” is not a number from 1',
    ],
    ['a bad visibility', 'golden_sets:\n- name: x\n  rules:\n  - visibility: all', 4, '“all” is not one of public'],
    [
      'an unknown host',
      'golden_sets:\n- name: x\n  cloud: Prod\n  hosts:\n    names:\n    - nope\n  images: [{name: a}]',
      6,
      'no host with this name in the cloud',
    ],
    [
      'an ambiguous host',
      'golden_sets:\n- name: x\n  cloud: Prod\n  hosts: {names: [twin]}\n  images: [{name: a}]',
      4,
      '2 hosts have this name',
    ],
    ['an empty set', 'golden_sets:\n- name: x', 2, 'has no image and no rule'],
    ['an empty rule', 'golden_sets:\n- name: x\n  rules:\n  - newest: 1', 4, 'has no condition'],
    [
      'a duplicate name',
      'golden_sets:\n- {name: x, cloud: Prod, images: [{name: a}]}\n- {name: X, cloud: Prod, images: [{name: a}]}',
      3,
      'duplicate of line 2',
    ],
    ['a key twice', 'golden_sets:\n- name: x\n  name: y', 3, 'Duplicate key “name”'],
    ['a merge', 'golden_sets:\n- &a {name: x, images: [{name: a}]}\n- <<: *a\n  name: z', 3, '“<<” is not a key'],
    ['an alias', 'golden_sets:\n- name: x\n  note: &n hello\n  images: [{name: *n}]', 4, 'Aliases'],
    ['a tag', 'golden_sets:\n- name: !secret eHg=', 2, 'Tags (!'],
    ['what is not YAML', 'golden_sets:\n\t- name: x', 2, 'tab'],
    ['a bracket left open', 'golden_sets: [{name: x}\n', 2, 'bracket'],
    ['two documents', 'golden_sets: []\n---\ngolden_sets: []', 2, 'more than one document'],
  ])('reports %s, with the line, and imports nothing', (_, text, line, words) => {
    const { problems, sets } = planImport(text, known, [], undefined);
    expect(sets).toEqual([]);
    expect(problems[0]?.text).toContain(words);
    expect(problems[0]?.line).toBe(line);
  });

  it.each([
    [
      'aliases that multiply',
      `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`).join('\n')}\ngolden_sets: *a60`,
    ],
    ['brackets in brackets', `golden_sets: ${'['.repeat(maxGoldenFileLength - 20)}`],
    ['lists in lists', '- '.repeat(30_000)],
    ['keys of keys', '? '.repeat(30_000)],
    ['many entries', `golden_sets:\n${'- {name: x}\n'.repeat(5_000)}`],
    ['many keys', `golden_sets:\n- name: x\n${Array.from({ length: 5_000 }, (_, n) => `  k${n}: 1`).join('\n')}`],
  ])('is not affected by %s', (_, text) => {
    const { problems, sets } = planImport(text, known, [], undefined);
    expect(sets).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(100);
  });

  it('is unchanged by an export and an import, for any text in it', () => {
    const odd = fc.constantFrom(
      'yes',
      'null',
      '~',
      '- a',
      '0x1',
      '1:30',
      '#',
      'a: b',
      ' x ',
      "'",
      '"',
      '*a',
      '<<',
      '\u0085',
      '',
    );
    const word = fc.oneof(
      odd,
      fc.string({ maxLength: 20, unit: 'grapheme' }),
      fc.string({ maxLength: 20, unit: 'binary' }),
    );
    const filled = word.filter((text) => text !== '');
    const rule = fc
      .record({
        name: word,
        tags: fc.array(filled, { maxLength: 3 }),
        properties: fc.dictionary(
          filled.filter((text) => text !== '__proto__'),
          word,
          { maxKeys: 3 },
        ),
        visibility: fc.constantFrom(null, 'public', 'shared'),
        newest: fc.option(
          fc.record({ count: fc.integer({ min: 1, max: 1_000 }), per: fc.constantFrom('family', 'rule') }),
        ),
      })
      .map((one) => ({ ...one, tags: ['t', ...one.tags] }));
    const hosts = fc.constantFrom(
      { kind: 'all' },
      { kind: 'labels', labels: ['no', 'rack 1'] },
      { kind: 'named', hostIds: ['4'] },
    );
    const set = fc
      .record({
        name: filled.filter((text) => text.trim() !== ''),
        note: word,
        hosts,
        exact: fc.boolean(),
        images: fc.array(
          fc.oneof(
            fc.record({ by: fc.constant('id'), imageId: filled }),
            fc.record({ by: fc.constant('name'), name: filled }),
          ),
          { minLength: 1, maxLength: 3 },
        ),
        rules: fc.array(rule, { maxLength: 3 }),
      })
      .map((one) => goldenSet.parse({ id: 'g', cloudId: 'd', ...one }));
    fc.assert(
      fc.property(set, (one) => {
        const text = writeGolden([one], known);
        const plan = planImport(text, known, [], undefined);
        expect(plan.problems).toEqual([]);
        expect(plan.sets.map(without)).toEqual([without(one)]);
        expect(planImport(text, known, [one], undefined).changes[0]?.change).toBe('same');
        // Programs in the operators' own repositories read it too.
        expect(parse(text, { version: '1.1' })).toEqual(parse(text));
      }),
      { numRuns: 60 },
    );
  });

  it('never throws, for any text', () => {
    const piece = fc.constantFrom(
      'golden_sets:',
      '\n',
      '  ',
      '- ',
      'name: x',
      'rules:',
      'images:',
      '[',
      ']',
      '{',
      '}',
      ': ',
      '*a',
      '&a ',
      '!t ',
      '"',
      '|',
      '%YAML 1.1\n---\n',
      '<<: *a',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.array(piece, { maxLength: 30 }).map((all) => all.join('')),
        ),
        (text) => {
          planImport(text, known, [], undefined);
        },
      ),
      { numRuns: 300 },
    );
  });
});
