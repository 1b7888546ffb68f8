import { type CloudValues, emptyCloud } from './cloud-form-values.ts';

/** The clouds that a clouds.yaml or an openrc file describes, as values of the form; `problem` says why there are none. */
export type CloudFile = { clouds: readonly CloudValues[]; problem?: string };

type Settings = Readonly<Record<string, unknown>>;

const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the text of a clouds.yaml or of an openrc file. The kind of file is recognised by its content, because it may
 * have any name.
 */
export async function readCloudFile(text: string): Promise<CloudFile> {
  const rc = readOpenrc(text);
  if (rc) return rc.authUrl === '' ? { clouds: [], problem: 'It sets no OS_AUTH_URL.' } : { clouds: [rc] };
  const { parse } = await import('yaml');
  let document: unknown;
  try {
    // Aliases could make a small file huge.
    document = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    return { clouds: [], problem: `It is neither YAML nor an openrc file: ${String(error).split('\n')[0]}` };
  }
  const listed = isSettings(document) ? document['clouds'] : undefined;
  if (!isSettings(listed)) return { clouds: [], problem: 'It has no “clouds” section and sets no OS_ variable.' };
  const clouds = Object.entries(listed).flatMap(([name, cloud]) => (isSettings(cloud) ? [valuesOf(name, cloud)] : []));
  return clouds.length === 0 ? { clouds, problem: 'Its “clouds” section is empty.' } : { clouds };
}

/**
 * The variables that an openrc file exports; undefined if it exports none of OpenStack's. Values that a shell would
 * compute are left out.
 */
function readOpenrc(text: string): CloudValues | undefined {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?OS_([A-Z_]+)=(?:"([^"]*)"|'([^']*)'|(\S*))\s*(?:#.*)?$/.exec(line);
    const value = match?.[2] ?? match?.[3] ?? match?.[4];
    if (match?.[1] && value !== undefined && (match[3] !== undefined || !/[$`]/.test(value)))
      found.set(match[1].toLowerCase(), value);
  }
  if (found.size === 0) return undefined;
  const settings = Object.fromEntries(found);
  return valuesOf(settings['project_name'] ?? '', { ...settings, auth: settings });
}

function valuesOf(name: string, cloud: Settings): CloudValues {
  const auth = isSettings(cloud['auth']) ? cloud['auth'] : {};
  const text = (from: Settings, ...keys: string[]) => {
    for (const key of keys) {
      const value = from[key];
      if (typeof value === 'string' || typeof value === 'number') return String(value);
    }
    return '';
  };
  const isCredential =
    text(cloud, 'auth_type').includes('applicationcredential') || text(auth, 'application_credential_secret') !== '';
  const face = text(cloud, 'interface', 'endpoint_type').replace(/URL$/, '');
  const credentialId = text(auth, 'application_credential_id');
  return {
    ...emptyCloud,
    name: name.slice(0, 100),
    kind: isCredential ? 'applicationCredential' : 'password',
    authUrl: text(auth, 'auth_url'),
    username: text(auth, 'username'),
    userDomain: text(auth, 'user_domain_name', 'user_domain_id', 'domain_name') || emptyCloud.userDomain,
    projectName: text(auth, 'project_name', 'tenant_name'),
    projectDomain: text(auth, 'project_domain_name', 'project_domain_id', 'domain_name') || emptyCloud.projectDomain,
    credentialBy: isCredential && credentialId === '' ? 'name' : 'id',
    credentialId,
    credentialName: text(auth, 'application_credential_name'),
    secret: isCredential ? text(auth, 'application_credential_secret') : text(auth, 'password'),
    regionName: text(cloud, 'region_name'),
    interface: face === 'internal' || face === 'admin' ? face : 'public',
    cacert: text(cloud, 'cacert'),
    cert: text(cloud, 'cert'),
    key: text(cloud, 'key'),
    verify: cloud['verify'] !== false,
  };
}
