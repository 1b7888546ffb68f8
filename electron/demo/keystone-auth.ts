import { z } from 'zod';
import type { Accounts, DemoProject, DemoToken, DemoUser, TokenStore } from './keystone-accounts.ts';

/** Thrown for a request that Keystone refuses. `extra` is added to the error beside its message. */
export class KeystoneRefusal extends Error {
  readonly status: number;
  readonly extra: Record<string, unknown>;
  constructor(status: number, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.extra = extra;
  }
}

export const generic401 = () => new KeystoneRefusal(401, 'The request you have made requires authentication.');
/** The error for a token that has expired, was revoked, or never existed. */
export function noToken(tokens: TokenStore, id: string | undefined): KeystoneRefusal {
  return new KeystoneRefusal(404, tokens.find(id) ? 'Failed to validate token' : 'Could not recognize Fernet token');
}

const malformed =
  'The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.';

const domain = z.object({ id: z.string().optional(), name: z.string().optional() });
const named = z.object({ id: z.string().optional(), name: z.string().optional(), domain: domain.optional() });
const authBody = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.string()).min(1),
      password: z.object({ user: named.extend({ password: z.string() }) }).optional(),
      token: z.object({ id: z.string() }).optional(),
      application_credential: z
        .object({ id: z.string().optional(), name: z.string().optional(), secret: z.string(), user: named.optional() })
        .optional(),
    }),
    scope: z
      .union([
        z.literal('unscoped'),
        z.object({
          project: named.optional(),
          domain: domain.optional(),
          system: z.object({ all: z.boolean() }).optional(),
        }),
      ])
      .optional(),
  }),
});
type Auth = z.infer<typeof authBody>['auth'];
type Named = z.infer<typeof named>;

/**
 * Answers the body of `POST /v3/auth/tokens` with a token. Throws a `KeystoneRefusal` as Keystone refuses
 * (docs/glance-cache-api.md, section 10).
 */
export function authenticate(text: string, accounts: Accounts, tokens: TokenStore): DemoToken {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KeystoneRefusal(400, `Expecting to find valid JSON in request body. ${malformed}`);
  }
  const parsed = authBody.safeParse(value);
  if (!parsed.success) {
    const missing = String(parsed.error.issues[0]?.path.at(-1) ?? 'auth');
    throw new KeystoneRefusal(400, `'${missing}' is a required property`);
  }
  const { auth } = parsed.data;
  switch (auth.identity.methods[0]) {
    case 'password':
      return byPassword(auth, accounts, tokens);
    case 'token':
      return byToken(auth, accounts, tokens);
    case 'application_credential':
      return byCredential(auth, accounts, tokens);
    default:
      throw new KeystoneRefusal(401, 'Attempted to authenticate with an unsupported method.', {
        identity: { methods: ['external', 'password', 'token', 'oauth1', 'mapped', 'application_credential'] },
      });
  }
}

function byPassword(auth: Auth, accounts: Accounts, tokens: TokenStore): DemoToken {
  const given = auth.identity.password?.user;
  if (!given) throw new KeystoneRefusal(400, `Expecting to find password in identity. ${malformed}`);
  const user = findUser(given, accounts);
  if (user?.password !== given.password) throw generic401();
  return tokens.issue({ ...scopeOf(auth, user, accounts), user, methods: ['password'], credential: undefined });
}

function byToken(auth: Auth, accounts: Accounts, tokens: TokenStore): DemoToken {
  const old = tokens.valid(auth.identity.token?.id);
  if (!old) throw noToken(tokens, auth.identity.token?.id);
  const methods = ['token', ...old.methods.filter((method) => method !== 'token')];
  const scope =
    auth.scope === undefined
      ? { project: old.project, system: old.system, roles: old.roles }
      : scopeOf(auth, old.user, accounts);
  // A token obtained with a token does not outlive it.
  return tokens.issue({ ...scope, user: old.user, methods, credential: old.credential }, old.expiresAt);
}

function byCredential(auth: Auth, accounts: Accounts, tokens: TokenStore): DemoToken {
  const given = auth.identity.application_credential;
  if (!given) throw new KeystoneRefusal(400, `Expecting to find application_credential in identity. ${malformed}`);
  if (given.id === undefined && !given.user) {
    throw new KeystoneRefusal(400, `Expecting to find user in application credential. ${malformed}`);
  }
  const owner = given.user && findUser(given.user, accounts);
  const credential = accounts.credentials.find((each) =>
    given.id === undefined ? each.name === given.name && each.userId === owner?.id : each.id === given.id,
  );
  // An unknown name is refused like a wrong secret; an unknown id is not.
  if (!credential && given.id !== undefined) {
    throw new KeystoneRefusal(404, `Could not find Application Credential: ${given.id}.`);
  }
  if (credential?.secret !== given.secret) throw generic401();
  if (auth.scope !== undefined) {
    const words = 'Application credentials cannot request a scope.';
    throw new KeystoneRefusal(401, `Error authenticating with application credential: ${words}`, { identity: {} });
  }
  const user = accounts.user({ id: credential.userId });
  const project = accounts.project({ id: credential.projectId });
  if (!user || !project) throw generic401();
  const roles = user.roles[project.id] ?? [];
  return tokens.issue({ user, project, system: false, roles, methods: ['application_credential'], credential });
}

function findUser(given: Named, accounts: Accounts): DemoUser | undefined {
  if (given.id === undefined) {
    if (!given.domain) throw new KeystoneRefusal(400, `Expecting to find domain in user. ${malformed}`);
    if (!isDefault(given.domain)) return undefined;
  }
  return accounts.user(given);
}

function isDefault(given: z.infer<typeof domain>): boolean {
  return given.id === undefined ? given.name === 'Default' : given.id === 'default';
}

type Scope = { project: DemoProject | undefined; system: boolean; roles: string[] };

function scopeOf(auth: Auth, user: DemoUser, accounts: Accounts): Scope {
  const scope = auth.scope;
  if (scope === undefined || scope === 'unscoped') return { project: undefined, system: false, roles: [] };
  if (scope.system) {
    if (user.systemRoles.length === 0) throw generic401();
    return { project: undefined, system: true, roles: user.systemRoles };
  }
  if (!scope.project) throw generic401();
  if (scope.project.id === undefined) {
    if (!scope.project.domain) throw new KeystoneRefusal(400, `Expecting to find domain in project. ${malformed}`);
    if (!isDefault(scope.project.domain)) throw generic401();
  }
  const project = accounts.project(scope.project);
  const roles = project && user.roles[project.id];
  if (!project || !roles) throw generic401();
  return { project, system: false, roles };
}
