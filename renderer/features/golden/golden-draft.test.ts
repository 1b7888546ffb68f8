import { expect, it } from 'vitest';
import { type GoldenSet, goldenDraft, goldenRule, goldenSet } from '../../../electron/contract/golden.ts';
import { type CatalogueImage, catalogueImage } from '../../../electron/contract/images.ts';
import {
  addImages,
  countNames,
  draftOf,
  emptyForm,
  formOf,
  formProblem,
  newRule,
  referenceTo,
  splitTags,
} from './golden-draft.ts';

const set: GoldenSet = goldenSet.parse({
  id: 'g',
  cloudId: 'c',
  name: 'base',
  note: 'a note',
  hosts: { kind: 'named', hostIds: ['1', 'gone'] },
  exact: true,
  images: [{ by: 'name', name: 'cirros' }],
  rules: [
    goldenRule.parse({ name: 'a*', tags: ['x', 'y'], properties: { os: 'linux' }, newest: { count: 3, per: 'rule' } }),
    goldenRule.parse({ visibility: 'public' }),
  ],
});

it('a set that is not edited stays the same, except for removed hosts', () => {
  const draft = draftOf(formOf(set, (id) => id !== 'gone'));
  expect(draft).toEqual({ ...set, hosts: { kind: 'named', hostIds: ['1'] } });
});

it('is a valid draft of the contract while the form is incomplete', () => {
  const text = {
    ...emptyForm('c'),
    name: 'x',
    rules: [
      {
        ...newRule(),
        tags: ' a,, a ,b',
        properties: [{ key: 1, name: ' ', value: 'v' }],
        newest: 'family' as const,
        count: undefined,
      },
    ],
  };
  const draft = draftOf(text);
  expect(goldenDraft.parse(draft)).toEqual(draft);
  expect(draft.rules[0]).toMatchObject({ tags: ['a', 'b'], properties: {}, newest: { count: 1 } });
});

it('reports why a set cannot be saved', () => {
  const named = { ...emptyForm('c'), name: 'x' };
  const rule = { ...newRule(), name: 'a*' };
  expect(formProblem(emptyForm('c'))).toContain('name');
  expect(formProblem(named)).toContain('at least one image');
  expect(formProblem({ ...named, rules: [newRule()] })).toBe('Rule 1 has no condition.');
  expect(formProblem({ ...named, rules: [{ ...rule, newest: 'rule', count: undefined }] })).toContain('Rule 1');
  expect(formProblem({ ...named, rules: [rule], hosts: 'labels' })).toContain('label');
  expect(formProblem({ ...named, rules: [rule], hosts: 'named' })).toContain('host');
  expect(formProblem({ ...named, rules: [rule] })).toBeUndefined();
});

it('refers to an image by its name where the name is unique', () => {
  const names = new Map([
    ['one', 1],
    ['two', 2],
  ]);
  expect(referenceTo({ id: 'a', name: 'one' }, names)).toEqual({ by: 'name', name: 'one' });
  expect(referenceTo({ id: 'a', name: 'two' }, names)).toEqual({ by: 'id', imageId: 'a' });
  expect(referenceTo({ id: 'a', name: null }, names)).toEqual({ by: 'id', imageId: 'a' });
  expect(
    addImages(
      [{ by: 'name', name: 'a' }],
      [
        { by: 'name', name: 'a' },
        { by: 'id', imageId: 'a' },
      ],
    ),
  ).toHaveLength(2);
  expect(splitTags(' , ')).toEqual([]);
});

it('the uniqueness of a name counts per image service, and only among the images that a set can select', () => {
  const image = (id: string, name: string | null, change: Partial<CatalogueImage> = {}) =>
    catalogueImage.parse({ ...blank, id, name, ...change });
  const images = [
    image('a', 'once'),
    image('b', 'once'),
    image('c', 'twice'),
    image('d', 'twice'),
    image('e', 'once', { status: 'deactivated' }),
    image('f', 'once', { hidden: true }),
    image('g', null),
  ];
  const services = (id: string) => [id === 'b' ? 'west' : 'east'];
  const servicesOf = new Map(images.map(({ id }) => [id, services(id)]));
  expect(Object.fromEntries(countNames(images, servicesOf))).toEqual({ once: 1, twice: 2 });
  expect(Object.fromEntries(countNames(images, new Map()))).toEqual({ once: 2, twice: 2 });
});

const blank: Omit<CatalogueImage, 'id' | 'name'> = {
  status: 'active',
  sizeBytes: 1,
  diskFormat: null,
  containerFormat: null,
  owner: null,
  visibility: 'public',
  hidden: false,
  createdAt: null,
  updatedAt: null,
  tags: [],
  properties: {},
};
