import { z } from 'zod';
import type { Identity, Login } from '../contract/clouds.ts';
import type { AnswerReader } from '../http/answer-reader.ts';

type Domain = { id: string } | { name: string };

/**
 * Returns the domain of a login. An id has 32 hexadecimal digits, except `default`, the id of the first domain, which
 * is also the default, as in OpenStack's own command line.
 */
function domain(word: string | undefined, id: string | undefined): Domain {
  if (id) return { id };
  if (!word || word === 'default' || /^[0-9a-f]{32}$/.test(word)) return { id: word || 'default' };
  return { name: word };
}

type User = {
  username?: string | undefined;
  userId?: string | undefined;
  userDomain?: string | undefined;
  userDomainId?: string | undefined;
};

function userOf({ username, userId, userDomain, userDomainId }: User): object {
  return userId ? { id: userId } : { name: username, domain: domain(userDomain, userDomainId) };
}

function scope(login: Exclude<Login, { kind: 'none' | 'applicationCredential' }>): object | undefined {
  if (login.projectId) return { project: { id: login.projectId } };
  if (!login.projectName) return undefined;
  return { project: { name: login.projectName, domain: domain(login.projectDomain, login.projectDomainId) } };
}

/**
 * Returns the body of `POST /v3/auth/tokens`. An application credential has its own scope, and Keystone refuses a
 * request for another (https://docs.openstack.org/api-ref/identity/v3/).
 */
export function authRequest(login: Exclude<Login, { kind: 'none' }>, secret: string): object {
  switch (login.kind) {
    case 'password': {
      const user = { ...userOf(login), password: secret };
      return { auth: withScope({ methods: ['password'], password: { user } }, scope(login)) };
    }
    case 'token':
      return { auth: withScope({ methods: ['token'], token: { id: secret } }, scope(login)) };
    case 'applicationCredential': {
      const { credentialId: id, credentialName: name } = login;
      const credential = id ? { id, secret } : { name, secret, user: userOf(login) };
      return {
        auth: { identity: { methods: ['application_credential'], application_credential: credential } },
      };
    }
  }
}

function withScope(identity: object, wanted: object | undefined): object {
  return wanted ? { identity, scope: wanted } : { identity };
}

/** An endpoint of the image service in the catalog. */
export type ImageEndpoint = { interface: string; regions: string[]; url: string };

/** A token, its identity, and when to renew it. Times in epoch milliseconds of this machine's clock. */
export type Token = {
  value: string;
  identity: Identity;
  renewAt: number;
  endpoints: ImageEndpoint[];
  /** The application credential that the login used, and where to ask for it. */
  applicationCredential?: { identityUrl: string; userId: string; id: string };
};

const named = z.object({ id: z.string().max(500).nullish(), name: z.string().max(500).nullish() });
const endpoint = z.object({
  interface: z.string().max(100),
  region: z.string().max(255).nullish(),
  region_id: z.string().max(255).nullish(),
  url: z.string().max(1_000),
});
const service = z.object({ type: z.string().max(255), endpoints: z.array(z.unknown()).max(10_000).nullish() });

/** More in a token are not Keystone's. */
const maxRoles = 1_000;
const maxServices = 1_000;

const tokenBody = z.object({
  token: z.object({
    expires_at: z.string().max(100).nullish(),
    user: named,
    project: named.nullish(),
    roles: z.array(z.unknown()).max(maxRoles).nullish(),
    catalog: z.array(z.unknown()).max(maxServices).nullish(),
    application_credential: z.object({ id: z.string().max(500) }).nullish(),
  }),
});

function rolesOf(list: unknown[]): string[] {
  const roles = list.map((role) => named.safeParse(role).data?.name ?? '').filter((name) => name !== '');
  return roles.map((name) => name.slice(0, 255)).slice(0, 500);
}

/** Returns the image endpoints of a catalog. Malformed entries are skipped. */
function endpointsOf(catalog: unknown[]): ImageEndpoint[] {
  return catalog.flatMap((entry) => {
    const parsed = service.safeParse(entry).data;
    if (parsed?.type !== 'image') return [];
    return (parsed.endpoints ?? []).flatMap((item) => {
      const one = endpoint.safeParse(item).data;
      if (!one) return [];
      const regions = [one.region_id, one.region].filter((region) => typeof region === 'string');
      return [{ interface: one.interface, regions, url: one.url }];
    });
  });
}

/** The content of an answer to a login, before its times are corrected. */
type TokenFacts = Pick<Token, 'endpoints'> & {
  identity: Omit<Identity, 'expiresAt'>;
  expiresAt: string;
  credential?: { userId: string; id: string };
};

/** Reader of Keystone's answer to a login; undefined when it is malformed. */
export const tokenReader: AnswerReader<TokenFacts | undefined> = {
  name: 'token',
  sliceLength: 500,
  read(body) {
    const parsed = tokenBody.safeParse(body).data?.token;
    if (!parsed) return undefined;
    const userId = parsed.user.id;
    const id = parsed.application_credential?.id;
    return {
      ...(userId && id ? { credential: { userId, id } } : {}),
      expiresAt: parsed.expires_at ?? '',
      identity: {
        user: parsed.user.name ?? parsed.user.id ?? 'unknown',
        project: parsed.project?.name ?? parsed.project?.id ?? null,
        roles: rolesOf(parsed.roles ?? []),
      },
      endpoints: endpointsOf(parsed.catalog ?? []),
    };
  },
};

/**
 * Makes a token of Keystone's answer to a login. The `Date` header corrects for a different clock. A token is renewed a
 * minute before it expires, or after four fifths of a life shorter than five minutes.
 */
export function tokenOf(
  { identity, expiresAt, endpoints, credential }: TokenFacts,
  value: string,
  received: { from: string; at: number; date: string | undefined },
): Token {
  const told = Date.parse(received.date ?? '');
  const shift = Number.isNaN(told) ? 0 : received.at - told;
  const expires = Date.parse(expiresAt) + shift;
  const life = expires - received.at;
  return {
    value,
    identity: { ...identity, expiresAt: Number.isNaN(expires) ? null : expires },
    renewAt: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires - Math.min(60_000, Math.max(0, life / 5)),
    endpoints,
    ...(credential ? { applicationCredential: { identityUrl: received.from, ...credential } } : {}),
  };
}
