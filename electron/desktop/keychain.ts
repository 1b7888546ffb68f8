import { safeStorage } from 'electron';
import { encryptedSecrets, memorySecrets, type SecretKeeper } from '../store/secret-keeper.ts';

/**
 * Keeps secrets encrypted with a key of the operating system's keychain, or in memory if there is none. On Linux
 * without a keychain Electron offers `basic_text`, whose password is public, so it does not count as one. Call after
 * Electron is ready.
 */
export function openKeychain(directory: string): SecretKeeper {
  const isPublicKey = process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  if (isPublicKey || !safeStorage.isEncryptionAvailable()) return memorySecrets();
  return encryptedSecrets({
    directory,
    codec: {
      encrypt: (text) => safeStorage.encryptString(text),
      decrypt: (buffer) => safeStorage.decryptString(buffer),
    },
  });
}
