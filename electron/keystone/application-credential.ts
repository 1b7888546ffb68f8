import { z } from 'zod';
import { jsonOf } from '../http/http-answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Token } from './keystone-token.ts';

const deadlineMs = 30_000;

const answerBody = z.object({
  application_credential: z.object({ id: z.string(), expires_at: z.string().max(100).nullish() }),
});

/**
 * Asks Keystone when an application credential expires (epoch milliseconds; null: never, or Keystone does not say). A
 * user may read their own credentials, also with a token of a restricted one. Throws an `ExpectedFailure` when Keystone
 * does not answer.
 */
export async function readCredentialExpiry(
  http: HttpClient,
  { value, applicationCredential }: Pick<Token, 'value' | 'applicationCredential'>,
  signal: AbortSignal,
): Promise<number | null> {
  if (!applicationCredential) return null;
  const { identityUrl, userId, id } = applicationCredential;
  const answer = await http.send({
    url: `${identityUrl}/users/${encodeURIComponent(userId)}/application_credentials/${encodeURIComponent(id)}`,
    method: 'GET',
    headers: { accept: 'application/json', 'x-auth-token': value },
    deadlineMs,
    maxBytes: 65_536,
    signal,
  });
  if (answer.status !== 200) return null;
  const expires = answerBody.safeParse(jsonOf(answer)).data?.application_credential.expires_at;
  // Keystone writes UTC without saying so.
  const at = Date.parse(expires && !/Z|[+-]\d\d:?\d\d$/.test(expires) ? `${expires}Z` : (expires ?? ''));
  return Number.isNaN(at) ? null : at;
}
