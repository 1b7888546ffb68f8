import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SuiteFixture } from './suite-fixture.ts';

const json = { Accept: 'application/json' };

/** Facts that the client depends on but does not show: statuses, headers and bodies on the wire. */
export function describeRawFacts(at: () => SuiteFixture): void {
  describe('on the wire', () => {
    test('versions need no token, and are the answer to any unknown first path segment', async () => {
      const answers = await Promise.all(
        ['/', '/versions', '/v1', '/v1/cached_images'].map((path) => at().raw({ method: 'GET', path }, 'nobody')),
      );
      expect(answers.map((answer) => answer.status)).toEqual([300, 200, 300, 300]);
      expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
      const { versions } = JSON.parse(answers[0]?.text ?? '') as { versions: { id: string; status: string }[] };
      expect(versions.filter((version) => version.status === 'CURRENT').map((version) => version.id)).toEqual([
        `v${at().target.facts.apiVersion}`,
      ]);
    });

    test('a missing or invalid token is 401, with the address of Keystone', async () => {
      const path = at().target.facts.dialect === 'legacy' ? '/v2/cached_images' : '/v2/cache';
      const none = await at().raw({ method: 'GET', path, headers: json }, 'nobody');
      const bad = await at().raw({ method: 'GET', path, headers: json, token: 'gAAAAAnone' }, 'nobody');
      for (const answer of [none, bad]) {
        expect(answer.status).toBe(401);
        expect(answer.headers['www-authenticate']).toMatch(/^Keystone uri="http/);
        expect(JSON.parse(answer.text)).toMatchObject({ code: '401 Unauthorized', title: 'Unauthorized' });
      }
    });

    test('the paths of the middleware answer JSON and do not validate ids', async () => {
      const raw = (method: string, path: string) => at().raw({ method, path });
      expect(await raw('PUT', '/v2/queued_images/not-a-uuid')).toMatchObject({ status: 200, text: 'null' });
      expect(await raw('GET', '/v2/queued_images')).toMatchObject({
        status: 200,
        text: '{"queued_images": ["not-a-uuid"]}',
      });
      expect(await raw('GET', '/v2/cached_images')).toMatchObject({ status: 200, text: '{"cached_images": []}' });
      expect(await raw('DELETE', '/v2/cached_images/not-a-uuid')).toMatchObject({ status: 200, text: 'null' });
      expect(await raw('DELETE', '/v2/queued_images')).toMatchObject({ status: 200, text: '{"num_deleted": 1}' });
      expect((await raw('GET', '/v2/cached_images/not-a-uuid')).status).toBe(404);
    });

    test('the middleware forbids a member', async () => {
      const answer = await at().raw({ method: 'GET', path: '/v2/cached_images', headers: json }, 'member');
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('manage_image_cache');
    });

    describe('of /v2/cache', () => {
      /** Skips the test: hosts before 24 have no /v2/cache. */
      const skip = () => at().target.facts.dialect === 'legacy';

      test('an accepted request has an empty answer with the type HTML', async ({ skip: skipTest }) => {
        if (skip()) return skipTest();
        const imageId = await at().image('empty-answer');
        const put = await at().raw({ method: 'PUT', path: `/v2/cache/${imageId}` });
        await at().until('the image', ({ cached }) => cached.length === 1);
        const one = await at().raw({ method: 'DELETE', path: `/v2/cache/${imageId}` });
        const all = await at().raw({ method: 'DELETE', path: '/v2/cache' });
        expect([put.status, one.status, all.status]).toEqual([202, 204, 204]);
        for (const answer of [put, one, all]) {
          expect(answer.text).toBe('');
          expect(answer.headers['content-type']).toMatch(/^text\/html/);
          expect(answer.headers['x-openstack-request-id']).toMatch(/^req-/);
        }
      });

      test('an error is JSON, HTML or text, as requested', async ({ skip: skipTest }) => {
        if (skip()) return skipTest();
        const answer = async (accept: string | undefined) =>
          at().raw({ method: 'GET', path: '/v2/cache', headers: accept ? { Accept: accept } : {} }, 'member');
        const words = 'You are not authorized to complete cache_list action.';
        expect(JSON.parse((await answer('application/json')).text)).toEqual({
          message: `${words}<br /><br />\n\n\n`,
          code: '403 Forbidden',
          title: 'Forbidden',
        });
        expect((await answer('*/*')).text).toContain(`<h1>403 Forbidden</h1>\n  ${words}<br /><br />`);
        expect((await answer(undefined)).text).toBe(`403 Forbidden\n\n${words}\n\n   `);
      });

      test('a body is an error: JSON 500, other 400, also on GET', async ({ skip: skipTest }) => {
        if (skip()) return skipTest();
        const imageId = await at().image('body');
        const send = async (method: string, path: string, body: string) =>
          (await at().raw({ method, path, body, headers: { ...json, 'Content-Type': 'application/json' } })).status;
        expect(await send('PUT', `/v2/cache/${imageId}`, '{}')).toBe(500);
        expect(await send('DELETE', `/v2/cache/${imageId}`, '{}')).toBe(500);
        expect(await send('PUT', `/v2/cache/${imageId}`, 'queue it')).toBe(400);
        expect(await send('GET', '/v2/cache', '{}')).toBe(400);
        expect(await at().list()).toMatchObject({ cached: [], queued: [] });
      });

      test('the target of a clear is cache, queue or absent', async ({ skip: skipTest }) => {
        if (skip()) return skipTest();
        const waiting = randomUUID();
        await at().queueForNobody(waiting);
        const clear = async (target: string) =>
          (
            await at().raw({
              method: 'DELETE',
              path: '/v2/cache',
              headers: { ...json, 'x-image-cache-clear-target': target },
            })
          ).status;
        for (const target of ['both', 'all', 'garbage']) expect(await clear(target), target).toBe(400);
        expect(await clear('CACHE')).toBe(204);
        expect((await at().list()).queued).toEqual([waiting]);
        expect(await clear('Queue')).toBe(204);
        expect((await at().list()).queued).toEqual([]);
      });

      test('other methods and paths are refused, with the allowed methods', async ({ skip: skipTest }) => {
        if (skip()) return skipTest();
        const { pruneAndClean } = at().target.facts;
        const raw = async (method: string, path: string) => {
          const { status, headers } = await at().raw({ method, path, headers: json });
          const { allow } = headers;
          return [status, allow?.split(', ').sort().join(', ')];
        };
        expect(await raw('GET', `/v2/cache/${randomUUID()}`)).toEqual([405, 'DELETE, PUT']);
        expect(await raw('POST', '/v2/cache')).toEqual([405, 'DELETE, GET']);
        expect(await raw('GET', '/v2/cache/')).toEqual([404, undefined]);
        expect(await raw('GET', '/v2/cache/prune')).toEqual([405, pruneAndClean ? 'POST' : 'DELETE, PUT']);
        expect(await raw('DELETE', '/v2/cache/prune')).toEqual(pruneAndClean ? [405, 'POST'] : [404, undefined]);
        expect((await raw('GET', '/v2/nothing-of-the-kind'))[0]).toBe(404);
      });
    });
  });
}
