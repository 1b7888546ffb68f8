import type { Login } from '../contract/clouds.ts';

type Domain = { id: string } | { name: string };

/**
 * The domain that is meant. Ids are 32 hexadecimal digits, but for the one of the first domain, `default`. No word at all
 * means that one too, as for OpenStack's own command line.
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
 * The body of `POST /v3/auth/tokens`. An application credential brings its own scope, and Keystone refuses one that asks
 * for another (https://docs.openstack.org/api-ref/identity/v3/).
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
