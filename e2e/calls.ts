import type { Page } from '@playwright/test';
import { sessionKeyHeader, sessionKeyItem } from '../electron/contract/transport.ts';
import type { OutsideCloud } from './clouds-file.ts';
import { expect } from './fixtures.ts';

/** Calls a procedure of the console as its page does. */
export function call<Answer>(page: Page, path: string, input: unknown): Promise<Answer> {
  return page.evaluate(
    async ([path, input, header, item]) => {
      const answer = await fetch(`/rpc/${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-csrf-token': 'orpc',
          [header]: localStorage.getItem(item) ?? '',
        },
        body: JSON.stringify({ json: input }),
      });
      const { json } = await answer.json();
      if (!answer.ok) throw new Error(JSON.stringify(json));
      return json;
    },
    [path, input, sessionKeyHeader, sessionKeyItem] as const,
  );
}

/** Adds the outside cloud and its hosts on the page of the first start. Returns the ids of the hosts by name. */
export async function addHosts(page: Page, { cloud }: OutsideCloud): Promise<Record<string, string>> {
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible();
  const source = { kind: 'cloudsYaml', cloudName: 'production' };
  const { id } = await call<{ id: string }>(page, 'clouds/add', { name: 'production', source });
  const ids: Record<string, string> = {};
  for (const { name, address } of cloud.hosts) {
    ids[name] = (await call<{ id: string }>(page, 'hosts/add', { cloudId: id, name, address })).id;
  }
  await call(page, 'hosts/refresh', {});
  return ids;
}
