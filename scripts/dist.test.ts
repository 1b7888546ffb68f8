import { join } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const projectDirectory = join(import.meta.dirname, '..');

describe('the packaging', () => {
  test('has a valid configuration of electron-builder', async () => {
    const config = await getConfig(projectDirectory, null, null);
    await expect(validateConfiguration(config, new DebugLogger(false))).resolves.toBeUndefined();
    await expect(
      validateConfiguration({ ...config, unheardOf: 1 } as typeof config, new DebugLogger(false)),
    ).rejects.toThrow();
  });

  test('publishes nothing, packs only build output, and turns off the debugging entry points of the binary', async () => {
    const config = await getConfig(projectDirectory, null, null);
    expect(config.publish).toBeNull();
    expect(config.files).toMatchObject([{ filter: expect.arrayContaining(['dist/main/**', '!node_modules']) }]);
    expect(packageJson.main).toBe('dist/main/main.js');
    expect(config.electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
    });
    expect(config.linux?.executableName).toBe('glance-cache-console');
    expect(config.extraResources).toMatchObject([
      { from: 'assets', filter: ['prometheus/**', 'grafana/**', 'systemd/**'] },
    ]);
  });
});
