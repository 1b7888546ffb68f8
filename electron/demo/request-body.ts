import { Refusal, words } from './replies.ts';
import type { DemoRequest } from './server.ts';

/**
 * No action of these takes a body. A JSON object or list finds its way to an action that cannot take it (500); whatever
 * else is refused before (400), and so is any body of a GET, except by the older middleware.
 */
export function checkBody(request: DemoRequest, getRefuses = true): void {
  if (request.body === '') return;
  if (getRefuses && request.method === 'GET') {
    throw new Refusal(400, 'A body is not expected with this request.');
  }
  const value = parsed(request.body);
  if (typeof value !== 'object' || value === null) {
    throw new Refusal(400, 'Unexpected body type. Expected list/dict.');
  }
  throw new Refusal(500, words.serverError);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, 'Malformed JSON in request body.');
  }
}
