import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const account = z.object({ username: z.string(), password: z.string(), project: z.string() });
export type Account = z.infer<typeof account>;

const realHost = z.object({
  name: z.string(),
  address: z.string(),
  /** The Glance that it runs, `25.1`. */
  release: z.string(),
  /** The hosts of one Glance share its images; those of different ones do not. */
  glance: z.enum(['bookworm', 'sid']),
  /** The region whose image service it is. */
  region: z.string(),
  /** Its cache directory as this machine sees it; null where caching is off. */
  cacheDir: z.string().nullable(),
  /** Its `image_cache_max_size` in bytes. */
  limitBytes: z.number(),
  /** How its own programs are run over ssh: as the user that it runs as, and where it sees its files. */
  programs: z.object({
    become: z.array(z.string()),
    prefix: z.array(z.string()),
    configFiles: z.array(z.string()),
  }),
});
export type RealHost = z.infer<typeof realHost>;

/** Operators who differ in what they have in ~/.ssh. */
export const sshOperator = z.enum(['good', 'keyRefused', 'hostKeyChanged', 'hostKeyUnknown', 'passphrase']);
export type SshOperator = z.infer<typeof sshOperator>;

/** A real sshd: a login to this machine as the user of the tests. */
export const realSsh = z.object({
  destination: z.string(),
  port: z.number(),
  /** By operator, a directory with an `ssh` to be put first in the `PATH` of the console. */
  path: z.record(sshOperator, z.string()),
  /** Of the operator `passphrase`. */
  passphrase: z.string(),
  /** A `sudo` that wants a password, as words for `become`. */
  becomeWantsPassword: z.array(z.string()),
  /** Where each login is written to, for counting them. */
  logFile: z.string(),
});
export type RealSsh = z.infer<typeof realSsh>;

/** What was started, for the processes that test against it. Holds the passwords of that throw-away cloud. */
export const realDescription = z.object({
  authUrl: z.string(),
  /** The same Keystone, but its tokens last `shortSeconds` only. */
  shortAuthUrl: z.string(),
  shortSeconds: z.number(),
  /** Has the admin role. */
  admin: account,
  /** Has the member role only. */
  member: account,
  /** What the hosts of Glance log in with. */
  service: account,
  /** Of the admin, with all of its roles. */
  applicationCredential: z.object({ id: z.string(), name: z.string(), secret: z.string() }),
  hosts: z.array(realHost),
  /** Null where no sshd could be had. */
  ssh: realSsh.nullable(),
  skipped: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type RealDescription = z.infer<typeof realDescription>;

/** The environment variable with the path of the file that holds the description. */
export const descriptionVariable = 'GLANCE_CACHE_CONSOLE_REAL';

/** Reads what `npm run test:real` wrote; throws, saying so, in a process that it did not start. */
export async function readDescription(env: NodeJS.ProcessEnv = process.env): Promise<RealDescription> {
  const file = env[descriptionVariable];
  if (!file) throw new Error('There are no real servers here: start these tests with `npm run test:real`');
  return realDescription.parse(JSON.parse(await readFile(file, 'utf8')));
}
