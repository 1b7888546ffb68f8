import { ExpectedFailure } from '../contract/failure.ts';
import type { HttpAnswer } from '../http/answer.ts';
import { evidenceOf } from '../http/answer-words.ts';

/** An answer that should have been a list, and is not. */
export function noList(address: string, answer: HttpAnswer): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${address}: the answer is not the list that Glance promises.`,
    remedy: 'Check that the address is that of a glance-api host, and what stands between it and the console.',
    ...evidenceOf(answer),
  });
}
