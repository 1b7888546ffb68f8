import type { ConfigFile, ConfigMap, ConfigValue } from './config-files.ts';

/** Settings that openstacksdk reads from `auth` if both have them; of all others the ones beside `auth` win. */
const authFirst = /^(project|tenant)_(id|name)$|^((user|project)_)?domain_(id|name)$|^(auth_)?token$/;

/** One cloud of the configuration in one region, merged with its profile and secrets. */
export class CloudConfig {
  readonly name: string;
  /** The region, if the cloud lists several. */
  readonly region: string | undefined;
  /** The name of its profile, if that was not found. */
  readonly missingProfile: string | undefined;
  readonly #map: ConfigMap;
  readonly #auth: ConfigMap;

  constructor(name: string, { map, region, missingProfile }: CloudParts) {
    this.name = name;
    this.region = region;
    this.missingProfile = missingProfile;
    this.#map = map;
    this.#auth = mapOf(map.get('auth')) ?? new Map();
  }

  /** Returns the first of these settings that is present, beside `auth` or inside it. */
  word(...names: string[]): string | undefined {
    for (const name of names) {
      const both = [this.#map.get(name), this.#auth.get(name)];
      for (const value of authFirst.test(name) ? both.reverse() : both) {
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

type CloudParts = { map: ConfigMap; region?: string | undefined; missingProfile?: string | undefined };

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
 * Returns the cloud in each of its regions: those of `regions`, whose values override those of the cloud, otherwise
 * those of `region_name`, which may be a list or comma-separated.
 */
function inRegions(cloud: ConfigMap): CloudParts[] {
  const regions = cloud.get('regions') ?? cloud.get('region_name');
  const listed = (Array.isArray(regions) ? regions : [regions]).flatMap((region) => {
    if (typeof region === 'string') return region.split(',').map((name) => ({ name: name.trim(), values: undefined }));
    if (!(region instanceof Map)) return [];
    const values = mapOf(region.get('values'));
    const name = region.get('name');
    return typeof name === 'string' ? [{ name, values: values && withUnderscores(values) }] : [];
  });
  const named = new Map(listed.filter(({ name }) => name !== '').map(({ name, values }) => [name, values]));
  if (named.size === 0) return [{ map: cloud }];
  return [...named].map(([name, values]) => ({
    map: merge(cloud, values).set('region_name', name),
    region: named.size > 1 ? name : undefined,
  }));
}

/** The files that were read: clouds.yaml, secure.yaml, which overrides it, and clouds-public.yaml with profiles. */
export type ConfigFiles = {
  clouds: ConfigFile | undefined;
  secure: ConfigFile | undefined;
  profiles: ConfigFile | undefined;
};

/**
 * Returns the clouds of the files in their order, each in each of its regions, merged as openstacksdk does. The
 * environment fills what the files leave out of the cloud that `OS_CLOUD` names.
 */
export function cloudsOf(files: ConfigFiles, env: NodeJS.ProcessEnv): CloudConfig[] {
  const { OS_CLOUD: filled } = env;
  const both = merge(mapOf(files.clouds?.map.get('clouds')), mapOf(files.secure?.map.get('clouds')));
  const profiles = mapOf(files.profiles?.map.get('public-clouds'));
  const clouds: CloudConfig[] = [];
  for (const [name, value] of both) {
    const own = withUnderscores(mapOf(value) ?? new Map());
    const profileName = own.get('profile') ?? own.get('cloud');
    const profile = typeof profileName === 'string' ? mapOf(profiles?.get(profileName)) : undefined;
    const merged = merge(profile ? withUnderscores(profile) : undefined, own);
    const missingProfile = typeof profileName === 'string' && !profile ? profileName : undefined;
    for (const { map, region } of inRegions(merged)) {
      const filledMap = name === filled ? fillFromEnvironment(map, env) : map;
      clouds.push(new CloudConfig(name, { map: filledMap, region, missingProfile }));
    }
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
  const [first = { map: new Map() }] = inRegions(settingsOfEnvironment(env));
  return new CloudConfig(name || 'envvars', { map: first.map });
}

function settingsOfEnvironment(env: NodeJS.ProcessEnv): ConfigMap {
  const map: ConfigMap = new Map();
  for (const [key, value] of Object.entries(env)) {
    if (key.startsWith('OS_') && value) map.set(key.slice(3).toLowerCase(), value);
  }
  return map;
}

/** Settings that the environment completes as a group, if the file has none of them. */
const filledTogether = [
  ['auth_url'],
  ['username', 'user_name', 'user_id'],
  ['password'],
  ['user_domain_id', 'user_domain_name', 'domain_id', 'domain_name', 'default_domain'],
  ['project_id', 'project_name', 'tenant_id', 'tenant_name', 'system_scope'],
  ['project_domain_id', 'project_domain_name', 'domain_id', 'domain_name', 'default_domain'],
  ['region_name', 'image_region_name'],
  ['interface', 'endpoint_type', 'image_interface'],
  ['cacert'],
  ['cert'],
  ['key'],
];
/** A cloud with one of these has its own login, so no user of the environment belongs to it. */
const otherLogins = ['application_credential_id', 'application_credential_name', 'token', 'auth_token'];

function fillFromEnvironment(cloud: ConfigMap, env: NodeJS.ProcessEnv): ConfigMap {
  const auth = mapOf(cloud.get('auth'));
  const has = (name: string) => cloud.has(name) || (auth?.has(name) ?? false);
  if (otherLogins.some(has)) return cloud;
  const settings = settingsOfEnvironment(env);
  const filled = new Map(cloud);
  for (const names of filledTogether) {
    if (names.some(has)) continue;
    for (const name of names) {
      const value = settings.get(name);
      if (value !== undefined) filled.set(name, value);
    }
  }
  return filled;
}
