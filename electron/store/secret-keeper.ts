import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { CloudId } from '../contract/clouds.ts';
import { systemCode, timeForName } from '../lib/system-error.ts';
import type { StartNotice } from './notices.ts';
import { fileFailure } from './storage-failure.ts';

/** Stores the secrets that the operator typed. They are sent to Keystone only. */
export interface SecretKeeper {
  readonly place: 'keychain' | 'memory';
  get(cloudId: CloudId): Promise<string | undefined>;
  set(cloudId: CloudId, secret: string): Promise<void>;
  remove(cloudId: CloudId): Promise<void>;
  /** Calls a listener with a notice when a damaged file was set aside. */
  onSetAside?(listener: (notice: StartNotice) => void): void;
}

/** Encrypts with a key of the operating system's keychain. The desktop provides it. */
export interface SecretCodec {
  encrypt(text: string): Buffer;
  /** Throws when the text was encrypted with another key. */
  decrypt(buffer: Buffer): string;
}

/** Keeps secrets in memory, until the console ends. */
export function memorySecrets(): SecretKeeper {
  const secrets = new Map<CloudId, string>();
  return {
    place: 'memory',
    get: async (cloudId) => secrets.get(cloudId),
    set: async (cloudId, secret) => {
      secrets.set(cloudId, secret);
    },
    remove: async (cloudId) => {
      secrets.delete(cloudId);
    },
  };
}

const secretsFile = z.record(z.string(), z.base64());

/**
 * Keeps secrets encrypted in `secrets.json` in a directory. A secret that cannot be decrypted, since the keychain or the
 * machine changed, counts as missing: the operator has to enter it again.
 */
export function encryptedSecrets(options: { directory: string; codec: SecretCodec; now?: () => number }): SecretKeeper {
  const file = join(options.directory, 'secrets.json');
  const listeners = new Set<(notice: StartNotice) => void>();
  let last: Promise<unknown> = Promise.resolve();

  async function read(): Promise<Record<CloudId, string>> {
    try {
      return secretsFile.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return {};
      if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
      const kept = join(options.directory, `secrets.damaged-${timeForName((options.now ?? Date.now)())}.json`);
      await rename(file, kept);
      const text = `The file of stored secrets was damaged and was moved to ${kept}. Enter the secrets of your clouds again.`;
      for (const listener of listeners) listener({ text, kept });
      return {};
    }
  }

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = last.then(work);
    // The next one waits for this one, but does not fail with it: the failure goes to this one's caller.
    last = done.catch(() => undefined);
    return done;
  }

  function change(edit: (secrets: Record<CloudId, string>) => void): Promise<void> {
    return inTurn(async () => {
      const secrets = await read();
      edit(secrets);
      try {
        await writeFileAtomic(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
      } catch (error) {
        throw fileFailure(error, options.directory);
      }
    });
  }

  return {
    place: 'keychain',
    onSetAside: (listener) => void listeners.add(listener),
    get: (cloudId) =>
      inTurn(async () => {
        const encrypted = (await read())[cloudId];
        if (encrypted === undefined) return undefined;
        try {
          return options.codec.decrypt(Buffer.from(encrypted, 'base64'));
        } catch {
          return undefined; // Encrypted with a key that is gone.
        }
      }),
    set: (cloudId, secret) =>
      change((secrets) => {
        secrets[cloudId] = options.codec.encrypt(secret).toString('base64');
      }),
    remove: (cloudId) =>
      change((secrets) => {
        delete secrets[cloudId];
      }),
  };
}
