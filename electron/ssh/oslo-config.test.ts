import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheConfiguration } from '../contract/remote.ts';
import { type ConfigurationFile, cacheOptions, readFiles } from './cache-configuration.ts';
import { parseIni, substitute } from './oslo-config.ts';

const file = (text: string, path = '/etc/glance/glance-api.conf'): ConfigurationFile => ({ path, state: 'read', text });

describe('a configuration file', () => {
  it('is parsed as oslo.config parses it', () => {
    const { values, problems } = parseIni(
      [
        '# comment',
        '[DEFAULT]',
        'a = 1',
        'a: 2',
        'quoted = "x y"',
        'long = one',
        '  two',
        '',
        '; comment',
        'url = http://a:b@c?d=e',
        '[Group]',
        'a = 3',
        '[DEFAULT]',
        'b=',
      ].join('\r\n'),
    );
    expect(problems).toEqual([]);
    expect(Object.fromEntries(values.get('DEFAULT') ?? [])).toEqual({
      a: '2',
      quoted: 'x y',
      long: 'one\ntwo',
      url: 'http://a:b@c?d=e',
      b: '',
    });
    expect(values.get('group')?.get('a')).toBe('3');
  });

  it('reports errors by line number, without the text of the line', () => {
    const { problems } = parseIni('secret before\n[DEFAULT]\nsecret\n = secret\n[\n');
    expect(problems).toEqual([
      'line 1: not an option with a value',
      'line 3: not an option with a value',
      'line 4: continuation line without an option',
      'line 5: not a group name',
    ]);
  });

  it('returns the values that were written, with any other content around them', () => {
    const name = fc.stringMatching(/^[a-z_]{1,20}$/);
    const value = fc.stringMatching(/^[A-Za-z0-9/][A-Za-z0-9/ =:#;$-]{0,30}[A-Za-z0-9/]$/);
    const options = fc.array(fc.tuple(name, value), { maxLength: 20 });
    fc.assert(
      fc.property(options, fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (pairs, junk) => {
        const noise = junk.map((text) => `#${text.replaceAll(/[\r\n]/g, '')}`).join('\n');
        const text = `${noise}\n[DEFAULT]\n${pairs.map(([key, word]) => `${key} = ${word}`).join('\n')}\n`;
        const { values } = parseIni(text);
        expect(Object.fromEntries(values.get('DEFAULT') ?? [])).toEqual(Object.fromEntries(pairs));
      }),
    );
  });

  it('resolves references to other options, and stops at circular ones', () => {
    const known: Record<string, string> = { 'DEFAULT.a': '/srv', 'files.dir': '$a/files', 'DEFAULT.me': '$me' };
    const lookUp = (group: string, option: string) => known[`${group}.${option}`];
    // biome-ignore lint/suspicious/noTemplateCurlyInString: oslo.config's own placeholders.
    expect(substitute('$a/x ${a}y $$a \\$a ${files.dir} $nobody', lookUp)).toBe(
      '/srv/x /srvy $a $a /srv/files $nobody',
    );
    expect(substitute('$me', lookUp)).toBe('$me');
    expect(substitute('$a', () => '$a$a$a$a'.repeat(100)).length).toBeLessThan(200_000);
  });
});

describe('the cache options', () => {
  it('come from the later file, then the earlier, then the defaults', () => {
    const files = [
      file('[DEFAULT]\nimage_cache_dir = $base/cache\nbase = /var/lib\nimage_cache_max_size = 5\n'),
      file('[DEFAULT]\nimage_cache_max_size = 1_000\n', '/etc/glance/glance-cache.conf'),
    ];
    expect(cacheOptions(files, 25)).toEqual({
      directory: '/var/lib/cache',
      limitBytes: 1_000,
      stallSeconds: 86_400,
      driver: 'sqlite',
      stated: ['directory', 'limitBytes'],
      files: ['/etc/glance/glance-api.conf', '/etc/glance/glance-cache.conf'],
      problems: [],
    });
    expect(cacheOptions([file('[DEFAULT]\nimage_cache_driver = XAttr\n')], 33)).toMatchObject({
      directory: null,
      limitBytes: 10 * 1024 ** 3,
      driver: 'xattr',
    });
    expect(cacheOptions([file('')], 28).driver).toBe('centralized_db');
    expect(cacheOptions([file('')], undefined).driver).toBe('');
  });

  it('report values that Glance would reject', () => {
    const { limitBytes, problems } = cacheOptions([file('[DEFAULT]\nimage_cache_max_size = 10G\n')], 25);
    expect(limitBytes).toBe(10 * 1024 ** 3);
    expect(problems).toEqual(['image_cache_max_size: not an integer, so Glance does not start.']);
  });

  it('fit the contract for any answer of a host', () => {
    const line = fc.constantFrom(
      '[DEFAULT]',
      'image_cache_dir = ',
      '[',
      ' x',
      '$',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: oslo.config's own placeholder.
      '${image_cache_dir}',
      '\0',
      'read\0',
      'image_cache_max_size = 9',
      '\n',
      '=',
      ':',
      '\u001b',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ unit: 'binary' }))), (parts) => {
        const answer = Buffer.from(`/etc/x\0read\0${parts.join('\n')}`);
        cacheConfiguration.parse(cacheOptions(readFiles(answer), 30));
      }),
    );
  });
});
