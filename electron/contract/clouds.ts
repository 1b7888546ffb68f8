import { z } from 'zod';
import { failure } from './failure.ts';
import { cloudRemoteAccess } from './remote.ts';

export const cloudId = z.string().min(1).max(64);
export type CloudId = z.infer<typeof cloudId>;

const word = z.string().trim().min(1).max(255);
const optionalWord = z.string().trim().max(255).optional();
const path = z.string().max(4_096).optional();

/** How the console reaches a cloud's servers, in the words of clouds.yaml. */
export const connection = z.object({
  regionName: optionalWord,
  interface: z.enum(['public', 'internal', 'admin']).default('public'),
  /** A file with certificates to trust beside the system's. */
  cacert: path,
  cert: path,
  key: path,
  verify: z.boolean().default(true),
});
export type Connection = z.infer<typeof connection>;

const project = {
  authUrl: z.url({ protocol: /^https?$/ }).max(1_000),
  projectName: optionalWord,
  projectId: optionalWord,
  projectDomain: optionalWord,
  projectDomainId: optionalWord,
};

/**
 * What to log in with, without the secret. `projectDomain` and `userDomain` are what an operator types: a name, or an id
 * that looks like one; the `…DomainId` of clouds.yaml is an id for certain and goes before them.
 */
export const login = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('password'),
    ...project,
    username: word,
    /** Goes before the name and its domain. */
    userId: optionalWord,
    userDomain: optionalWord,
    userDomainId: optionalWord,
  }),
  z.object({
    kind: z.literal('applicationCredential'),
    authUrl: project.authUrl,
    /** Its id; or its name together with the user it belongs to. */
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

/** Where a cloud's login comes from. A cloud of clouds.yaml is a reference: it is read anew at every login. */
export const cloudSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cloudsYaml'), cloudName: word }),
  z.object({ kind: z.literal('typed'), login, connection }),
  z.object({ kind: z.literal('demo') }),
]);
export type CloudSource = z.infer<typeof cloudSource>;

/** A cloud as the settings file keeps it. */
export const cloudSettings = z.object({
  id: cloudId,
  name: word.max(100),
  source: cloudSource,
  /** Nothing that changes one of its hosts is sent from this console; they are polled all the same. */
  readOnly: z.boolean().default(false),
  /** What destroys much here needs a name typed: see `typedName` of a plan. */
  production: z.boolean().default(false),
  /** How the programs of its hosts are run over OpenSSH, where a host does not say otherwise. Null: not at all. */
  remote: cloudRemoteAccess.nullable().default(null),
});
export type CloudSettings = z.infer<typeof cloudSettings>;

/** Where the secret of a cloud is: read from clouds.yaml, in the OS keychain, in memory only, wanted, or not needed. */
export const secretPlace = z.enum(['reference', 'keychain', 'memory', 'missing', 'unneeded']);
export type SecretPlace = z.infer<typeof secretPlace>;

/** Who a login turned out to be. Times in epoch milliseconds. */
export const identity = z.object({
  user: z.string().max(500),
  project: z.string().max(500).nullable(),
  roles: z.array(z.string().max(255)).max(500),
  expiresAt: z.number().nullable(),
});
export type Identity = z.infer<typeof identity>;

/** A cloud as the page sees it. */
export const cloud = cloudSettings.extend({
  secret: secretPlace,
  identity: identity.nullable(),
  failure: failure.nullable(),
});
export type Cloud = z.infer<typeof cloud>;

/** A secret on its way from the page to the main process; never the other way. */
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
  /** A new secret; left out, the old one stays. */
  secret: secret.optional(),
  readOnly: z.boolean().optional(),
  production: z.boolean().optional(),
  remote: cloudRemoteAccess.nullable().optional(),
});

/** One cloud found in clouds.yaml, for the operator to choose. */
export const foundCloud = z.object({
  name: z.string().max(255),
  authUrl: z.string().max(1_000).nullable(),
  user: z.string().max(255).nullable(),
  project: z.string().max(255).nullable(),
  region: z.string().max(255).nullable(),
  authType: z.string().max(100),
  /** Why the console cannot use it; null when it can. */
  problem: z.string().max(500).nullable(),
});
export const foundClouds = z.object({
  /** The file that was read; null when none was found. */
  file: z.string().max(4_096).nullable(),
  /** Where it was looked for, in order. */
  looked: z.array(z.string().max(4_096)).max(20),
  clouds: z.array(foundCloud).max(1_000),
  /** `OS_CLOUD`, when it names one of them. */
  preselected: z.string().max(255).nullable(),
  failure: failure.nullable(),
});
export type FoundClouds = z.infer<typeof foundClouds>;
