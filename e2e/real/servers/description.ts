import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const account = z.object({ username: z.string(), password: z.string(), project: z.string() });
export type Account = z.infer<typeof account>;

const realHost = z.object({
  name: z.string(),
  address: z.string(),
  /** The release of the host's Glance, `25.1`. */
  release: z.string(),
  /** The installation. Its hosts in one region share their images. */
  glance: z.enum(['bookworm', 'sid']),
  /** The region of the host's image service. */
  region: z.string(),
  /** The host's cache directory as a path of this machine; null if caching is off. */
  cacheDir: z.string().nullable(),
  /** The host's `image_cache_max_size` in bytes. */
  limitBytes: z.number(),
  /** How the host's programs are run over ssh: the user, and the paths as the host sees them. */
  programs: z.object({
    become: z.array(z.string()),
    prefix: z.array(z.string()),
    configFiles: z.array(z.string()),
  }),
});
export type RealHost = z.infer<typeof realHost>;

/** Operators with different contents of ~/.ssh. */
export const sshOperator = z.enum(['good', 'keyRefused', 'hostKeyChanged', 'hostKeyUnknown', 'passphrase']);
export type SshOperator = z.infer<typeof sshOperator>;

/** A real sshd: logins to this machine as the user of the tests. */
export const realSsh = z.object({
  destination: z.string(),
  port: z.number(),
  /** For each operator, a directory with an `ssh` that is put first in the `PATH` of the console. */
  path: z.record(sshOperator, z.string()),
  /** The passphrase of the operator `passphrase`. */
  passphrase: z.string(),
  /** The words of `become` for a `sudo` that asks for a password. */
  becomeWantsPassword: z.array(z.string()),
  /** The file that records each login, for counting them. */
  logFile: z.string(),
});
export type RealSsh = z.infer<typeof realSsh>;

/** The started servers, for the test processes that use them. Contains the passwords of that temporary cloud. */
export const realDescription = z.object({
  authUrl: z.string(),
  /** The same Keystone, but its tokens last only `shortSeconds`. */
  shortAuthUrl: z.string(),
  shortSeconds: z.number(),
  /** A user with the admin role. */
  admin: account,
  /** A user with only the member role. */
  member: account,
  /** The account of Glance's own service user. */
  service: account,
  /** An application credential of the admin, with all of the admin's roles. */
  applicationCredential: z.object({ id: z.string(), name: z.string(), secret: z.string() }),
  hosts: z.array(realHost),
  /** Null if no sshd could be started. */
  ssh: realSsh.nullable(),
  skipped: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type RealDescription = z.infer<typeof realDescription>;

/** The environment variable with the path of the description file. */
export const descriptionVariable = 'GLANCE_CACHE_CONSOLE_REAL';

/** Reads the description that `npm run test:real` wrote. Throws in a process that it did not start. */
export async function readDescription(env: NodeJS.ProcessEnv = process.env): Promise<RealDescription> {
  const file = env[descriptionVariable];
  if (!file) throw new Error('There are no real servers here: start these tests with `npm run test:real`');
  return realDescription.parse(JSON.parse(await readFile(file, 'utf8')));
}
