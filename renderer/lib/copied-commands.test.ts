import { expect, it } from 'vitest';
import { copiedCommands } from './copied-commands.ts';

const commands = (target: Parameters<typeof copiedCommands>[0]) => copiedCommands(target).map(({ command }) => command);

it('names the host in every command about a cache', () => {
  expect(commands({ hostAddress: 'http://glance-01:9292' })).toEqual([
    'glance --os-image-url http://glance-01:9292 cache-list',
  ]);
  expect(commands({ imageId: 'i-1', hostAddress: 'https://glance-01' })).toEqual([
    'openstack image show i-1',
    'glance --os-image-url https://glance-01 cache-queue i-1',
    'glance --os-image-url https://glance-01 cache-delete i-1',
  ]);
  expect(commands({ imageId: 'i-1' })).toEqual(['openstack image show i-1', 'glance image-show i-1']);
});

it('quotes what a host sent, so that a shell does not run it', () => {
  expect(commands({ imageId: "$(reboot); 'x" })).toContain(`openstack image show '$(reboot); '\\''x'`);
});

it('uses glance-cache-manage for a host that has only the older cache management', () => {
  expect(commands({ imageId: 'i-1', hostAddress: 'http://old:9292', legacy: true })).toEqual([
    'openstack image show i-1',
    'glance-cache-manage --host old --port 9292 queue-image i-1',
    'glance-cache-manage --host old --port 9292 delete-cached-image i-1',
  ]);
  expect(commands({ hostAddress: 'http://old:9292', legacy: true })).toEqual([
    'glance-cache-manage --host old --port 9292 list-cached',
  ]);
});
