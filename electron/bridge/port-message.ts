import { z } from 'zod';
import type { Refusal } from './rpc-service.ts';

/**
 * The messages of oRPC's peer protocol that the console's page sends: a call of a procedure (a path and a JSON body), or
 * the abort of one (`t: 4`). oRPC 1 fails with an unhandled rejection on anything else.
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

/** The outcome of a check. A refused message can be answered when its call's id can be read. */
export type CheckedMessage = { ok: true; text: string } | { ok: false; id: string | undefined; code: Refusal };

/** Checks a message from the page before oRPC sees it. Never throws. */
export function checkMessage(message: unknown, maxCharacters: number): CheckedMessage {
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
