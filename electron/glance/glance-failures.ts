import type { Identity } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { evidenceOf, headerOf, messageOfAnswer, redirectFailure } from '../http/http-answer.ts';

/** A request as the text of a failure describes it. */
export type RequestDescription = {
  address: string;
  method: string;
  /** What the request does, as in "could not list the cache". */
  what: string;
  /** The logged-in user, if known. */
  identity: Identity | undefined;
};

const cachingOffRemedy =
  'Set image_cache_dir in the [DEFAULT] section and flavor = keystone+cachemanagement in the [paste_deploy] section of glance-api.conf on the host, and restart glance-api.';

/** The failure for a host whose caching is off, or cannot be managed over its API. */
export function cachingDisabled(address: string, problem: string, answer?: HttpAnswer): ExpectedFailure {
  return new ExpectedFailure({
    code: 'cachingDisabled',
    message: `${address}: ${problem}.`,
    remedy: cachingOffRemedy,
    ...(answer ? evidenceOf(answer) : {}),
  });
}

/** Whether this is the answer of Glance to every cache request while `image_cache_dir` is unset. */
export function saysCachingIsOff(answer: HttpAnswer): boolean {
  return answer.status === 404 && /Caching via API is not supported/i.test(messageOfAnswer(answer) ?? '');
}

/** Whether a 404 is about an unknown path, not about an image. */
export function saysNoSuchPath(answer: HttpAnswer): boolean {
  const words = messageOfAnswer(answer);
  return words === undefined || /^(404 Not Found )?The resource could not be found\b/i.test(words);
}

/**
 * The failure for a 401 that a new token did not fix. Glance also answers 401 when it cannot reach Keystone to validate
 * a token.
 */
export function tokenRefused(asked: RequestDescription, answer: HttpAnswer, withToken: boolean): ExpectedFailure {
  if (!withToken) {
    return new ExpectedFailure({
      code: 'unauthenticated',
      message: `${asked.address}: the host requires a token, but this cloud is set to no authentication.`,
      remedy: 'Set up a Keystone login for the cloud, or check that the host has authentication turned off.',
      ...evidenceOf(answer),
    });
  }
  return new ExpectedFailure({
    code: 'unauthenticated',
    message: `${asked.address}: the host rejected the token and a new token.`,
    remedy:
      'The host cannot reach Keystone to validate tokens (check [keystone_authtoken] in glance-api.conf and the log), or the login belongs to a different cloud.',
    ...evidenceOf(answer),
  });
}

function forbidden(asked: RequestDescription, answer: HttpAnswer): ExpectedFailure {
  const policy = /complete (\w{1,60}) action/.exec(messageOfAnswer(answer) ?? '')?.[1];
  const { identity } = asked;
  const roles = identity?.roles.length ? identity.roles.slice(0, 20).join(', ') : 'none';
  const where = identity?.project ? ` in project ${identity.project}` : '';
  const who = identity ? `${identity.user} (roles${where}: ${roles})` : 'this login';
  const rule = policy ? `policy rule ${policy}` : 'policy of the host';
  return new ExpectedFailure({
    code: 'forbidden',
    message: `${asked.address}: ${who} is not allowed to ${asked.what} (${rule}).`.slice(0, 2_000),
    remedy: `Log in with the admin role in a project (unscoped and system-scoped tokens are rejected too), or allow this role in ${policy ?? 'the rule'} of the host's policy.yaml.`,
    ...evidenceOf(answer),
  });
}

/** Returns the failure for an unsuccessful answer. */
export function failureOfAnswer(asked: RequestDescription, answer: HttpAnswer): ExpectedFailure {
  const { status } = answer;
  const evidence = evidenceOf(answer);
  const at = `${asked.address}: could not ${asked.what}`;
  const told = evidence.detail ? `: ${evidence.detail}` : '';
  const failure = (code: 'notFound' | 'unsupported' | 'invalidInput' | 'hostError' | 'badResponse', remedy: string) =>
    new ExpectedFailure({ code, message: `${at} (${status})${told}`.slice(0, 2_000), remedy, ...evidence });
  if (status >= 300 && status < 400) return redirectFailure(asked.address, answer);
  if (status === 401) return tokenRefused(asked, answer, true);
  if (status === 403) return forbidden(asked, answer);
  if (saysCachingIsOff(answer)) return cachingDisabled(asked.address, 'caching is off on this host', answer);
  if (status === 404) {
    return failure('notFound', 'Refresh the host and check that the image still exists and is visible to this login.');
  }
  if (status === 405) {
    const allowed = headerOf(answer, 'allow');
    const remedy = allowed
      ? `This Glance release allows only ${allowed.slice(0, 100)} here. Test the host to see its supported actions.`
      : 'This Glance release does not support this. Test the host to see its supported actions.';
    return failure('unsupported', remedy);
  }
  if (status === 400) {
    const remedy =
      asked.method === 'GET'
        ? 'The host rejected the request. Test the host and check the glance-api log.'
        : 'Select existing images whose status is active.';
    return failure('invalidInput', remedy);
  }
  if (status === 502 || status === 503 || status === 504) {
    return failure('hostError', 'The service behind the load balancer does not respond. Check glance-api on the host.');
  }
  if (status === 429) return failure('hostError', 'Too many requests. Try again later.');
  if (status >= 400) {
    const id = evidence.requestId ? ` for ${evidence.requestId}` : '';
    return failure('hostError', `Check the glance-api log on the host${id}, then try again.`);
  }
  return failure('badResponse', 'Check that the address is a glance-api host.');
}
