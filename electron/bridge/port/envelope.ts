import { z } from 'zod';
import type { Refusal } from '../refusals.ts';

/**
 * A message of oRPC's peer protocol as our own page sends it: a call of a procedure (by path, with JSON and none of the
 * bodies that need a content type), or the end of one (`t: 4`). Anything else would be an unhandled rejection in oRPC 1.
 */
const envelope = z.union([
  z.strictObject({
    i: z.string().regex(/^\d{1,16}$/),
    p: z.strictObject({
      u: z
        .string()
        .max(200)
        .regex(/^(\/[\w-]+)+$/),
      h: z.strictObject({ 'last-event-id': z.string().max(200).optional() }).optional(),
      b: z
        .object({ json: z.unknown(), meta: z.array(z.array(z.union([z.string(), z.number()]))).optional() })
        .optional(),
    }),
  }),
  z.strictObject({ i: z.string().regex(/^\d{1,16}$/), t: z.literal(4) }),
]);

/** What to do with a message: hand it on, or refuse it, by an answer where the call's id can be read. */
export type Verdict = { ok: true; text: string } | { ok: false; id: string | undefined; code: Refusal };

/** Judges a message from the page before oRPC sees it. Never throws, whatever the message is. */
export function judge(message: unknown, maxCharacters: number): Verdict {
  if (typeof message !== 'string') return { ok: false, id: undefined, code: 'BAD_REQUEST' };
  const id = /^\{"i":"(\d{1,16})"/.exec(message.slice(0, 40))?.[1];
  if (message.length > maxCharacters) return { ok: false, id, code: 'PAYLOAD_TOO_LARGE' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    return { ok: false, id, code: 'BAD_REQUEST' };
  }
  return envelope.safeParse(parsed).success ? { ok: true, text: message } : { ok: false, id, code: 'BAD_REQUEST' };
}
