import type { Accounts, DemoToken, TokenStore } from './keystone-accounts.ts';
import { authenticate, generic401, KeystoneRefusal, noToken } from './keystone-auth.ts';
import { firstRegion } from './regional-services.ts';
import { Faults } from './simulated-faults.ts';
import { type DemoReply, type DemoRequest, DemoServer, pythonJson, RequestLog } from './simulated-server.ts';

/** The address of a service in a region. */
export type RegionalEndpoint = { region: string; url: string };

export type KeystoneOptions = {
  accounts: Accounts;
  tokens: TokenStore;
  /** This server's own address, `http://127.0.0.1:port`. */
  address: () => string;
  /** The image service in the catalog, one address for each region; none leaves the service out. */
  imageEndpoints: () => readonly RegionalEndpoint[];
};

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
};
const vary = { Vary: 'X-Auth-Token' };

/** The simulated Keystone: versions, tokens, the catalog (docs/glance-cache-api.md, section 10). */
function answerKeystone(options: KeystoneOptions, request: DemoRequest): DemoReply {
  try {
    return route(options, request);
  } catch (cause) {
    if (!(cause instanceof KeystoneRefusal)) throw cause;
    const error = {
      code: cause.status,
      ...cause.extra,
      message: cause.message,
      title: titles[cause.status] ?? 'Error',
    };
    const headers = cause.status === 401 ? { 'WWW-Authenticate': `Keystone uri="${options.address()}/v3"` } : {};
    // Flask writes errors as compact JSON with a line end; Keystone writes everything else with its own json.dumps.
    return answer(`${JSON.stringify({ error })}\n`, cause.status, headers);
  }
}

function route(options: KeystoneOptions, request: DemoRequest): DemoReply {
  const path = request.path.replace(/\/$/, '') || '/';
  const own = `${options.address()}/v3/`;
  const version = {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: own }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
  switch (`${request.method} ${path}`) {
    case 'GET /':
      return answer({ versions: { values: [version] } }, 300, { Location: own });
    case 'GET /v3':
      return answer({ version }, 200);
    case 'POST /v3/auth/tokens': {
      const token = authenticate(request.body, options.accounts, options.tokens);
      return answer(tokenBody(token, options, !request.query.has('nocatalog')), 201, { 'X-Subject-Token': token.id });
    }
    case 'GET /v3/auth/tokens': {
      const subject = subjectOf(options, request);
      return answer(tokenBody(subject, options, !request.query.has('nocatalog')), 200, {
        'X-Subject-Token': subject.id,
      });
    }
    case 'DELETE /v3/auth/tokens':
      subjectOf(options, request).revoked = true;
      return { status: 204, headers: vary, body: '' };
    case 'GET /v3/auth/catalog': {
      const token = caller(options, request);
      if (!token.project && !token.system)
        throw new KeystoneRefusal(403, 'The request you have made requires a scoped token.');
      return answer({ catalog: catalog(options), links: { self: `${own}auth/catalog` } }, 200);
    }
    default:
      return applicationCredential(path, options, request) ?? unknown(path);
  }
}

/** An application credential of the caller, without its secret; undefined for any other path. */
function applicationCredential(path: string, options: KeystoneOptions, request: DemoRequest): DemoReply | undefined {
  const [, userId, id] = /^\/v3\/users\/([^/]+)\/application_credentials\/([^/]+)$/.exec(path) ?? [];
  if (request.method !== 'GET' || userId === undefined) return undefined;
  const { user } = caller(options, request);
  const found = options.accounts.credentials.find((each) => each.id === id && each.userId === userId);
  if (user.id !== userId || !found) throw new KeystoneRefusal(404, `Could not find Application Credential: ${id}.`);
  const { name, projectId, expiresAt } = found;
  const expires_at = expiresAt === null ? null : time(expiresAt).replace(/Z$/, '');
  return answer({ application_credential: { id, name, project_id: projectId, expires_at, unrestricted: false } }, 200);
}

/** Flask's own answers for unknown paths and methods. */
function unknown(path: string): DemoReply {
  if (/^\/v3\/auth\/(tokens|catalog)$/.test(path)) {
    return answer({ message: 'The method is not allowed for the requested URL.' }, 405);
  }
  const words =
    'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.';
  const body = `<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>${words}</p>\n`;
  const type = { 'Content-Type': 'text/html; charset=utf-8' };
  return { status: 404, headers: { ...type, 'Content-Length': String(Buffer.byteLength(body)), ...vary }, body };
}

function caller(options: KeystoneOptions, request: DemoRequest): DemoToken {
  const token = options.tokens.valid(String(request.headers['x-auth-token'] ?? ''));
  if (!token) throw generic401();
  return token;
}

function subjectOf(options: KeystoneOptions, request: DemoRequest): DemoToken {
  caller(options, request);
  const sent = String(request.headers['x-subject-token'] ?? '');
  const subject = options.tokens.valid(sent);
  if (!subject) throw noToken(options.tokens, sent);
  return subject;
}

const domain = { id: 'default', name: 'Default' };

function tokenBody(token: DemoToken, options: KeystoneOptions, withCatalog: boolean) {
  const scoped = token.project !== undefined || token.system;
  const { credential } = token;
  return {
    token: {
      methods: token.methods,
      user: { domain, id: token.user.id, name: token.user.name, password_expires_at: null },
      audit_ids: [token.id.slice(6, 28)],
      expires_at: time(token.expiresAt),
      issued_at: time(token.issuedAt),
      project: token.project && { domain, id: token.project.id, name: token.project.name },
      is_domain: token.project ? false : undefined,
      roles: scoped ? token.roles.map((name) => ({ id: roleId(name), name })) : undefined,
      system: token.system ? { all: true } : undefined,
      catalog: scoped && withCatalog ? catalog(options) : undefined,
      application_credential: credential && { id: credential.id, name: credential.name, restricted: true },
    },
  };
}

function catalog(options: KeystoneOptions) {
  const images = options.imageEndpoints();
  const regions = images.length > 0 ? images.map(({ region }) => region) : [firstRegion];
  const identity = regions.map((region) => ({ region, url: `${options.address()}/v3/` }));
  const services = [service('identity', 'keystone', identity)];
  if (images.length > 0) services.push(service('image', 'glance', images));
  return services;
}

function service(type: string, name: string, addresses: readonly RegionalEndpoint[]) {
  const endpoints = addresses.flatMap(({ region, url }) =>
    ['public', 'internal', 'admin'].map((face) => ({
      id: roleId(region === firstRegion ? `${type}/${face}` : `${region.slice('Region'.length)}/${type}/${face}`),
      interface: face,
      region_id: region,
      url,
      region,
    })),
  );
  return { endpoints, id: roleId(type), type, name };
}

/** An id of 32 digits that depends only on the name. */
function roleId(name: string): string {
  return Buffer.from(name.padEnd(16, '.')).toString('hex').slice(0, 32);
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z');
}

function answer(value: unknown, status: number, headers: Record<string, string> = {}): DemoReply {
  const body = typeof value === 'string' ? value : pythonJson(value);
  return {
    status,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
      ...headers,
      ...vary,
    },
    body,
  };
}

/** The simulated Keystone with its HTTP server. */
export class DemoKeystone {
  readonly server: DemoServer;
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly tokens: TokenStore;
  /** How long a host tries to reach a Keystone that is down before it treats the token as invalid. */
  retryMs = 3_500;
  /** The only address of the image service in the catalog, instead of the first hosts'; null leaves the service out. */
  imageUrl: string | null | undefined;

  constructor(options: {
    accounts: Accounts;
    tokens: TokenStore;
    now: () => number;
    imageEndpoints: () => readonly RegionalEndpoint[];
  }) {
    const { accounts, tokens, now } = options;
    this.tokens = tokens;
    this.server = new DemoServer(async (request) => {
      const entry = this.log.add(request, now());
      const reply = await this.faults.play(request, async () =>
        answerKeystone(
          {
            accounts,
            tokens,
            address: () => this.address,
            imageEndpoints: () => {
              if (this.imageUrl === undefined) return options.imageEndpoints();
              return this.imageUrl === null ? [] : [{ region: firstRegion, url: this.imageUrl }];
            },
          },
          request,
        ),
      );
      if (typeof reply !== 'string') entry.status = reply.status;
      return reply;
    });
  }

  get address(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  get authUrl(): string {
    return `${this.address}/v3`;
  }

  get up(): boolean {
    return this.server.listening;
  }
}
