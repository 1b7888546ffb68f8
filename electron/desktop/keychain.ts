import { safeStorage } from 'electron';
import { encryptedSecrets, memorySecrets, type SecretKeeper } from '../store/secrets.ts';

/**
 * Keeps secrets encrypted under a key of the operating system's keychain, or, where there is none, only until the
 * console ends. Linux without a keychain offers `basic_text`, which is a password known to all: that counts as none.
 * Has to be called after Electron is ready.
 */
export function openKeychain(directory: string): SecretKeeper {
  const isPretence = process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  if (isPretence || !safeStorage.isEncryptionAvailable()) return memorySecrets();
  return encryptedSecrets({
    directory,
    codec: {
      encrypt: (text) => safeStorage.encryptString(text),
      decrypt: (buffer) => safeStorage.decryptString(buffer),
    },
  });
}
