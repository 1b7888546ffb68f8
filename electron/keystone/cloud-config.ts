import type { ConfigFile, ConfigMap, ConfigValue } from './config-files.ts';

/** One cloud of the configuration, merged with its profile, secrets and first region. */
export class CloudConfig {
  readonly name: string;
  /** The name of its profile, if that was not found. */
  readonly missingProfile: string | undefined;
  readonly #map: ConfigMap;
  readonly #auth: ConfigMap;

  constructor(name: string, map: ConfigMap, missingProfile?: string) {
    this.name = name;
    this.missingProfile = missingProfile;
    this.#map = map;
    this.#auth = mapOf(map.get('auth')) ?? new Map();
  }

  /** Returns the first of these settings that is present. A setting beside `auth` wins over the same one inside it. */
  word(...names: string[]): string | undefined {
    for (const name of names) {
      for (const value of [this.#map.get(name), this.#auth.get(name)]) {
        const first = Array.isArray(value) ? value[0] : value;
        if (typeof first === 'string') return first;
      }
    }
    return undefined;
  }

  /** Parses a YAML boolean; `undefined` for any other value. */
  flag(name: string): boolean | undefined {
    const text = this.word(name)?.toLowerCase() ?? '';
    if (/^(true|yes|on|1|y)$/.test(text)) return true;
    return /^(false|no|off|0|n)$/.test(text) ? false : undefined;
  }
}

function mapOf(value: ConfigValue | undefined): ConfigMap | undefined {
  return value instanceof Map ? value : undefined;
}

/** Merges `b` over `a`: maps are merged, all other values are replaced. */
function merge(a: ConfigMap | undefined, b: ConfigMap | undefined): ConfigMap {
  const merged = new Map(a);
  for (const [key, value] of b ?? []) {
    const [old, next] = [mapOf(merged.get(key)), mapOf(value)];
    merged.set(key, old && next ? merge(old, next) : value);
  }
  return merged;
}

/** Normalizes keys, which may be written with `-` or `_`. */
function withUnderscores(map: ConfigMap): ConfigMap {
  const written = new Map<string, ConfigValue>();
  for (const [key, value] of map) {
    const next = mapOf(value);
    written.set(key.replaceAll('-', '_'), next ? withUnderscores(next) : value);
  }
  return written;
}

/**
 * Applies the first region: of `regions`, whose values override those of the cloud, or of `region_name`, which may be a
 * list or comma-separated.
 */
function withRegion(cloud: ConfigMap): ConfigMap {
  const regions = cloud.get('regions');
  const first = Array.isArray(regions) ? regions[0] : undefined;
  if (first instanceof Map) {
    const name = first.get('name');
    const merged = merge(cloud, mapOf(first.get('values')));
    return typeof name === 'string' ? merged.set('region_name', name) : merged;
  }
  const named = first ?? cloud.get('region_name');
  const text = Array.isArray(named) ? named[0] : named;
  return typeof text === 'string' ? new Map(cloud).set('region_name', text.split(',')[0]?.trim() ?? '') : cloud;
}

/** The files that were read: clouds.yaml, secure.yaml, which overrides it, and clouds-public.yaml with profiles. */
export type ConfigFiles = {
  clouds: ConfigFile | undefined;
  secure: ConfigFile | undefined;
  profiles: ConfigFile | undefined;
};

/** Returns the clouds of the files in their order, merged as openstacksdk does. */
export function cloudsOf(files: ConfigFiles): Map<string, CloudConfig> {
  const both = merge(mapOf(files.clouds?.map.get('clouds')), mapOf(files.secure?.map.get('clouds')));
  const profiles = mapOf(files.profiles?.map.get('public-clouds'));
  const clouds = new Map<string, CloudConfig>();
  for (const [name, value] of both) {
    const own = withUnderscores(mapOf(value) ?? new Map());
    const profileName = own.get('profile') ?? own.get('cloud');
    const profile = typeof profileName === 'string' ? mapOf(profiles?.get(profileName)) : undefined;
    const merged = withRegion(merge(profile ? withUnderscores(profile) : undefined, own));
    const missing = typeof profileName === 'string' && !profile ? profileName : undefined;
    clouds.set(name, new CloudConfig(name, merged, missing));
  }
  return clouds;
}

/**
 * Returns the cloud that the environment describes, as an `openrc` file sets it, under the name that openstacksdk gives
 * it. Undefined without `OS_AUTH_URL`.
 */
export function cloudOfEnvironment(env: NodeJS.ProcessEnv): CloudConfig | undefined {
  const { OS_AUTH_URL: authUrl, OS_CLOUD_NAME: name } = env;
  if (!authUrl) return undefined;
  const map: ConfigMap = new Map();
  for (const [key, value] of Object.entries(env)) {
    if (key.startsWith('OS_') && value) map.set(key.slice(3).toLowerCase(), value);
  }
  return new CloudConfig(name || 'envvars', withRegion(map));
}
