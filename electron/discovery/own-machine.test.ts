import { expect, it } from 'vitest';
import { isLoopback } from './own-machine.ts';

it.each([
  ['http://localhost:9292', true],
  ['http://LOCALHOST', true],
  ['http://localhost.:9292', true],
  ['http://glance.localhost', true],
  ['http://localhost.localdomain:9292', true],
  ['http://localhost4.localdomain4', true],
  ['http://ip6-localhost', true],
  ['http://127.0.0.1:9292', true],
  ['http://127.0.1.1', true],
  ['http://127.1', true],
  ['http://0.0.0.0:9292', true],
  ['http://[::1]:9292', true],
  ['http://[::]:9292', true],
  ['http://[::ffff:127.0.0.1]:9292', true],
  ['http://127.example.net', false],
  ['http://128.0.0.1', false],
  ['http://localhost.example.net', false],
  ['http://my-localhost', false],
  ['http://[fd00::1]', false],
  ['not an address', false],
])('%s leads to this machine: %s', (address, expected) => expect(isLoopback(address)).toBe(expected));
