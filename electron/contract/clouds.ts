import { z } from 'zod';
import { failure } from './failure.ts';
import { cloudRemoteAccess } from './remote.ts';

export const cloudId = z.string().min(1).max(64);
export type CloudId = z.infer<typeof cloudId>;

const word = z.string().trim().min(1).max(255);
const optionalWord = z.string().trim().max(255).optional();
const path = z.string().max(4_096).optional();

/** How the console connects to a cloud's servers. The field names are those of clouds.yaml. */
export const connection = z.object({
  regionName: optionalWord,
  interface: z.enum(['public', 'internal', 'admin']).default('public'),
  /** The path of a file with CA certificates, trusted in addition to the system's. */
  cacert: path,
  cert: path,
  key: path,
  verify: z.boolean().default(true),
});
export type Connection = z.infer<typeof connection>;

/** An address without the login that it may contain (`http://user:password@host`), which nothing uses. */
export function withoutUrlLogin(url: string): string {
  if (!url.includes('@') || !URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

const project = {
  authUrl: z.url({ protocol: /^https?$/ }).max(1_000),
  projectName: optionalWord,
  projectId: optionalWord,
  projectDomain: optionalWord,
  projectDomainId: optionalWord,
};

/**
 * The login of a cloud, without the secret. `projectDomain` and `userDomain` are typed by an operator and can be a name
 * or an id. `projectDomainId` and `userDomainId` come from clouds.yaml, are always ids, and take precedence.
 */
export const login = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('password'),
    ...project,
    username: word,
    /** Takes precedence over the name and its domain. */
    userId: optionalWord,
    userDomain: optionalWord,
    userDomainId: optionalWord,
  }),
  z.object({
    kind: z.literal('applicationCredential'),
    authUrl: project.authUrl,
    /** Either the id, or the name together with the user that owns the credential. */
    credentialId: optionalWord,
    credentialName: optionalWord,
    username: optionalWord,
    userId: optionalWord,
    userDomain: optionalWord,
    userDomainId: optionalWord,
  }),
  z.object({ kind: z.literal('token'), ...project }),
  z.object({ kind: z.literal('none') }),
]);
export type Login = z.infer<typeof login>;

/** Where a cloud's login comes from. `cloudsYaml` is only a reference: the file is read again at every login. */
export const cloudSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cloudsYaml'),
    cloudName: word,
    /** One of the regions that the cloud lists. Absent: its only one, or the first. */
    regionName: optionalWord,
  }),
  z.object({ kind: z.literal('typed'), login, connection }),
  z.object({ kind: z.literal('demo') }),
]);
export type CloudSource = z.infer<typeof cloudSource>;

/** A cloud as stored in the settings file. */
export const cloudSettings = z.object({
  id: cloudId,
  name: word.max(100),
  source: cloudSource,
  /** While true, the console polls the cloud's hosts but sends no request that changes them. */
  readOnly: z.boolean().default(false),
  /** While true, large destructive operations must be confirmed by typing a name: see `typedName` of a plan. */
  production: z.boolean().default(false),
  /** How the console runs programs on the cloud's hosts over OpenSSH. A host can override it. Null disables ssh. */
  remote: cloudRemoteAccess.nullable().default(null),
});
export type CloudSettings = z.infer<typeof cloudSettings>;

/**
 * Where the secret of a cloud is kept: in clouds.yaml (`reference`), in the OS keychain, in memory only, nowhere yet
 * (`missing`), or nowhere because none is needed.
 */
export const secretPlace = z.enum(['reference', 'keychain', 'memory', 'missing', 'unneeded']);
export type SecretPlace = z.infer<typeof secretPlace>;

/** The user, project and roles of a login. `expiresAt` is in epoch milliseconds. */
export const identity = z.object({
  user: z.string().max(500),
  project: z.string().max(500).nullable(),
  roles: z.array(z.string().max(255)).max(500),
  expiresAt: z.number().nullable(),
});
export type Identity = z.infer<typeof identity>;

/** A cloud as sent to the page. */
export const cloud = cloudSettings.extend({
  secret: secretPlace,
  identity: identity.nullable(),
  failure: failure.nullable(),
});
export type Cloud = z.infer<typeof cloud>;

/** A secret that the page sends to the main process. The main process never sends one to the page. */
export const secret = z.string().min(1).max(8_192);

export const addCloud = z.object({
  name: word.max(100),
  source: cloudSource,
  secret: secret.optional(),
  readOnly: z.boolean().optional(),
  production: z.boolean().optional(),
  remote: cloudRemoteAccess.nullable().optional(),
});
export const updateCloud = z.object({
  id: cloudId,
  name: word.max(100).optional(),
  source: cloudSource.optional(),
  /** A new secret. When absent, the stored secret is kept. */
  secret: secret.optional(),
  readOnly: z.boolean().optional(),
  production: z.boolean().optional(),
  remote: cloudRemoteAccess.nullable().optional(),
});

/** The regions of a cloud. `own` is that of its login; null when it names none. */
export const cloudRegions = z.object({
  own: z.string().max(255).nullable(),
  regions: z.array(z.string().max(255)).max(1_000),
});
export type CloudRegions = z.infer<typeof cloudRegions>;

/** A cloud of clouds.yaml that the operator can choose; one for each region that it lists. */
const foundCloud = z.object({
  /** Unique: the name of the cloud, followed by the region when the cloud lists several. */
  name: z.string().max(512),
  cloudName: z.string().max(255),
  /** The region to name in a `cloudsYaml` source. Null when the cloud does not list several. */
  regionName: z.string().max(255).nullable(),
  authUrl: z.string().max(1_000).nullable(),
  user: z.string().max(255).nullable(),
  project: z.string().max(255).nullable(),
  region: z.string().max(255).nullable(),
  authType: z.string().max(100),
  /** Why the console cannot use the cloud. Null when it can. */
  problem: z.string().max(500).nullable(),
});
export const foundClouds = z.object({
  /** The path of the file that was read. Null when no file was found. */
  file: z.string().max(4_096).nullable(),
  /** The paths where the file was looked for, in order. */
  looked: z.array(z.string().max(4_096)).max(20),
  clouds: z.array(foundCloud).max(1_000),
  /** The cloud that `OS_CLOUD` names, in the region that `OS_REGION_NAME` names. */
  preselected: z.string().max(512).nullable(),
  failure: failure.nullable(),
});
export type FoundClouds = z.infer<typeof foundClouds>;
