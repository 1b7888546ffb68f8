import { Refusal, words } from './replies.ts';
import type { DemoRequest } from './server.ts';

/** No action of these takes a body: JSON is unexpected inside (500), anything else is malformed (400), and so on GET. */
export function checkBody(request: DemoRequest): void {
  if (request.body === '') return;
  if (request.method === 'GET') throw new Refusal(400, words.badRequest);
  try {
    JSON.parse(request.body);
  } catch {
    throw new Refusal(400, 'Malformed JSON in request body.');
  }
  throw new Refusal(500, words.serverError);
}
