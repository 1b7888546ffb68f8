import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PageFiles } from './page-files.ts';

describe('the files of the renderer', () => {
  let directory: string;
  let files: PageFiles;
  const outside = 'what stands beside the pages';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'console-files-'));
    const pages = join(directory, 'pages');
    await mkdir(join(pages, 'assets'), { recursive: true });
    await mkdir(join(directory, 'pages-too'));
    await writeFile(join(pages, 'index.html'), '<title>Console</title>');
    await writeFile(join(pages, 'assets/index-E3mMZlUf.js'), 'export {}');
    await writeFile(join(pages, 'icon.svg'), '<svg/>');
    await writeFile(join(directory, 'secret.txt'), outside);
    await writeFile(join(directory, 'pages-too/secret.txt'), outside);
    await symlink(join(directory, 'secret.txt'), join(pages, 'link.txt'));
    await symlink(directory, join(pages, 'way'));
    files = new PageFiles(pages, true);
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('are served with their type; those with a hash in their name are cached for good', async () => {
    const script = await files.answer('/assets/index-E3mMZlUf.js');
    expect(script).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'private, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
      },
    });
    const icon = await files.answer('/icon.svg');
    expect(icon.headers).toMatchObject({ 'content-type': 'image/svg+xml', 'cache-control': 'no-cache' });
  });

  test.each(['/', '/index.html', '/hosts/glance-01', '/operations', '/hosts/%E2%82%AC'])(
    '%s is answered with the page',
    async (path) => {
      const { status, headers, body } = await files.answer(path);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-store',
      ]);
      expect(String(body)).toContain('<title>Console</title>');
    },
  );

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/link.txt',
    '/way/secret.txt',
    '/../pages-too/secret.txt',
    '/%00.txt',
    '/%zz.txt',
    '//secret.txt',
    '/assets.txt',
    '/nothing.js',
    '/index.html/x.js',
    '/passwd.unknown',
    `/${'x'.repeat(5_000)}.js`,
  ])('nothing is served for %.40s', async (path) => {
    expect(await files.answer(path)).toMatchObject({ status: 404 });
  });

  test('no path leads outside the folder', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '%2e%2e',
        '%2f',
        '%5c',
        '\\',
        '/',
        '//',
        'way',
        'link.txt',
        'secret.txt',
        '%00',
        'pages-too',
        ':',
      ),
      fc.string({ maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const { body } = await files.answer(`/${pieces.join('/')}`);
        expect(String(body)).not.toContain(outside);
      }),
    );
  });
});
