/** The kind of a file that was given in place of another. Reveals nothing of its contents, which may be secret. */
export type FileKind = {
  /** A sentence without its end: `This is a kubeconfig of Kubernetes`. */
  is: string;
  /** What the operator can do with it; undefined if the file is of no use to the console. */
  remedy?: string;
  /** The contents cannot be read, so the file may be of the wanted kind. */
  encrypted?: true;
  /** There is nothing in the file. */
  empty?: true;
};

/** The files that the console reads. */
export type WantedFile = 'inventory' | 'clouds' | 'golden' | 'schedules';

const decryptFirst = (how: string) => `Decrypt it first (${how}) and use the result.`;
const findHosts = 'Open it under Find hosts, Ansible inventory.';

/** The inventory of Ansible, if another file is expected. */
export const inventoryKind: FileKind = { is: 'This is an Ansible inventory', remedy: findHosts };
const cloudsFile: FileKind = { is: 'This is a clouds.yaml', remedy: 'Add it as a cloud in Settings, Clouds.' };
export const goldenKind: FileKind = {
  is: 'This is a golden sets file',
  remedy: 'Import it on the Golden sets page.',
};
export const schedulesKind: FileKind = {
  is: 'This is a schedules file',
  remedy: 'Import it on the Schedules page.',
};
const script: FileKind = {
  is: 'This is a script',
  remedy: 'The console does not run scripts or plugins. Use the output of ansible-inventory -i FILE --list.',
};

type TextTest = (start: string, firstLine: string) => boolean;

function begins(pattern: RegExp): TextTest {
  return (start) => pattern.test(start);
}

/**
 * The kinds that the beginning of a text shows, or words that no other kind has. Ordered: the first that matches
 * counts.
 */
const texts: readonly [matches: TextTest, kind: FileKind][] = [
  [
    begins(/^\$ANSIBLE_VAULT;/),
    {
      is: 'The file is encrypted with ansible-vault',
      remedy: decryptFirst('ansible-vault view FILE > OTHER'),
      encrypted: true,
    },
  ],
  [
    begins(/^-----BEGIN PGP MESSAGE-----/),
    { is: 'The file is encrypted with GnuPG', remedy: decryptFirst('gpg --decrypt FILE > OTHER'), encrypted: true },
  ],
  [
    begins(/^(-----BEGIN AGE ENCRYPTED FILE-----|age-encryption\.org\/)/),
    { is: 'The file is encrypted with age', remedy: decryptFirst('age --decrypt FILE > OTHER'), encrypted: true },
  ],
  [begins(/^-----BEGIN [A-Z ]*PRIVATE KEY-----/), { is: 'This is a private key' }],
  [begins(/^-----BEGIN (TRUSTED )?CERTIFICATE-----/), { is: 'This is a certificate' }],
  [
    begins(/^(<!doctype\s+html|<html|<head|<body)/i),
    { is: 'This is a web page, possibly a login page instead of the file', remedy: 'Download the file again.' },
  ],
  [begins(/^<\?xml|^<[a-z][\w:-]*[ >]/i), { is: 'This is XML' }],
  [
    begins(/^version https:\/\/git-lfs\.github\.com\//),
    { is: 'This is a Git LFS pointer instead of the file', remedy: 'Fetch the file with git lfs pull.' },
  ],
  [
    (start, firstLine) =>
      /^[ \t]*(export|set -x|setenv|set)[ \t]+OS_[A-Z_]+[ \t=]/m.test(start) ||
      /^[ \t]*\$env:OS_[A-Z_]+[ \t]*=/im.test(start) ||
      /^OS_[A-Z_]+=/.test(firstLine),
    {
      is: 'This is an openrc file',
      remedy: 'Load it in a shell (. FILE) and start the console there, or add its values to a clouds.yaml.',
    },
  ],
  [begins(/^#!/), script],
  [
    begins(/^@all:\s*$/m),
    { is: 'This is the output of ansible-inventory --graph', remedy: 'Use the output of ansible-inventory --list.' },
  ],
  [
    (start) =>
      /^\[defaults\]\s*$/m.test(start) && /^(inventory|roles_path|host_key_checking|forks)[ \t]*=/m.test(start),
    { is: 'This is an ansible.cfg', remedy: 'Use the inventory that it names.' },
  ],
  [
    (start) => /^\[DEFAULT\]\s*$/m.test(start) && /^\w+[ \t]*=/m.test(start),
    { is: 'This is an OpenStack service configuration file' },
  ],
];

/**
 * The kind of a text that is not one of the console's own kinds, by its first characters; undefined if they do not show
 * it.
 */
export function kindOfText(text: string): FileKind | undefined {
  const start = text.trimStart();
  const firstLine = firstLineOf(start);
  if (firstLine === undefined)
    return { is: start === '' ? 'The file is empty' : 'The file contains only comments', empty: true };
  return texts.find(([matches]) => matches(start, firstLine))?.[1];
}

/** The first line with something other than a comment or the marks of a YAML document. */
function firstLineOf(text: string): string | undefined {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? undefined : end).trim();
    if (!/^([#;].*|---|\.\.\.)?$/.test(line)) return line;
    if (end < 0) break;
    at = end + 1;
  }
  return undefined;
}

/** Whether an INI file has the sections of an inventory, or hosts with variables before the first one. */
export function looksLikeIniInventory(text: string): boolean {
  const line = firstLineOf(text) ?? '';
  return /^\[[\w.:-]+\]\s*(#.*)?$/.test(line) || /^[\w.[\]:-]+\s+\w+=\S/.test(line);
}

type Root = ReadonlyMap<unknown, unknown>;

/** The kind of a parsed YAML or JSON file, by its keys; undefined if they do not show it. */
export function kindOfData(root: unknown): FileKind | undefined {
  if (Array.isArray(root)) {
    const isPlay = (item: unknown) =>
      item instanceof Map &&
      ((item.has('hosts') && (item.has('tasks') || item.has('roles'))) || item.has('import_playbook'));
    return root.some(isPlay) ? { is: 'This is an Ansible playbook', remedy: 'Use its inventory.' } : undefined;
  }
  if (!(root instanceof Map)) return undefined;
  return kinds.find(([matches]) => matches(root))?.[1];
}

/** A group of an Ansible inventory. */
function isGroup(value: unknown): boolean {
  return value instanceof Map && ['hosts', 'children', 'vars'].some((key) => isGroupPart(value.get(key)));
}

function isGroupPart(part: unknown): boolean {
  return part instanceof Map || Array.isArray(part);
}

function isInventory(root: Root): boolean {
  const meta = root.get('_meta');
  return (meta instanceof Map && meta.has('hostvars')) || [...root.values()].some(isGroup);
}

const cloudKeys = ['auth_type', 'auth-type', 'profile', 'cloud', 'region_name', 'cacert'];

function hasClouds(root: Root): boolean {
  const clouds = root.get('clouds');
  if (!(clouds instanceof Map)) return false;
  // A group called "clouds" has hosts, whose variables are maps, and may have a host called "cloud".
  return [...clouds.values()].some(
    (one) =>
      one instanceof Map &&
      (one.get('auth') instanceof Map ||
        Array.isArray(one.get('regions')) ||
        cloudKeys.some((key) => typeof one.get(key) === 'string')),
  );
}

function has(...keys: string[]): (root: Root) => boolean {
  return (root) => keys.some((key) => root.has(key));
}

const kinds: readonly [matches: (root: Root) => boolean, kind: FileKind][] = [
  [
    (root) => root.get('sops') instanceof Map,
    {
      is: 'The file is encrypted with sops',
      remedy: decryptFirst('sops --decrypt FILE > OTHER'),
      encrypted: true,
    },
  ],
  [hasClouds, cloudsFile],
  [has('public-clouds'), { is: 'This is a clouds-public.yaml', remedy: 'Use the clouds.yaml with its profiles.' }],
  [isInventory, inventoryKind],
  [(root) => Array.isArray(root.get('golden_sets')), goldenKind],
  [(root) => Array.isArray(root.get('schedules')), schedulesKind],
  [isUserConfig, userConfig()],
  [
    (root) => root.has('apiVersion') && (root.get('kind') === 'Config' || root.has('contexts')),
    { is: 'This is a Kubernetes kubeconfig' },
  ],
  [(root) => typeof root.get('apiVersion') === 'string', { is: 'This is a Kubernetes manifest' }],
  [
    (root) => root.has('keystone_admin_password') || root.has('glance_database_password'),
    { is: 'This is the passwords.yml of kolla-ansible', remedy: 'Its inventory is the file multinode or all-in-one.' },
  ],
  [
    (root) =>
      [...root.keys()].some((key) =>
        /^(kolla_(base_distro|internal_|external_|install_|enable_)|openstack_release$|enable_(haproxy|glance|nova|keystone)$)/.test(
          String(key),
        ),
      ),
    { is: 'This is the globals.yml of kolla-ansible', remedy: 'Its inventory is the file multinode or all-in-one.' },
  ],
  [
    (root) => typeof root.get('plugin') === 'string',
    {
      is: 'This is an inventory plugin configuration',
      remedy: 'The console does not run scripts or plugins. Use the output of ansible-inventory -i FILE --list.',
    },
  ],
  [has('heat_template_version'), { is: 'This is a Heat template' }],
  [
    (root) => has('parameter_defaults', 'resource_registry')(root),
    {
      is: 'This is a TripleO or Heat environment file',
      remedy: 'The inventory of TripleO is tripleo-ansible-inventory.yaml.',
    },
  ],
];

function userConfig(): FileKind {
  return {
    is: 'This is the openstack_user_config.yml of openstack-ansible',
    remedy: 'Its inventory is /etc/openstack_deploy/openstack_inventory.json. Open it under Find hosts.',
  };
}

/** Whether a mapping is the `openstack_user_config.yml` of openstack-ansible, or a file of its `conf.d`. */
export function isUserConfig(root: ReadonlyMap<unknown, unknown>): boolean {
  if (isInventory(root)) return false;
  if (has('cidr_networks', 'used_ips')(root)) return true;
  return [...root].some(
    ([key, hosts]) => /_hosts$/.test(String(key)) && hosts instanceof Map && [...hosts.values()].some(hasIp),
  );
}

function hasIp(host: unknown): boolean {
  return host instanceof Map && host.has('ip');
}

const names: Record<WantedFile, { not: string; give: string }> = {
  inventory: {
    not: 'not an inventory',
    give: 'Use an Ansible inventory: INI, YAML, or the output of ansible-inventory --list.',
  },
  clouds: { not: 'not a clouds.yaml', give: 'Use the clouds.yaml of the openstack command.' },
  golden: { not: 'not a golden sets file', give: 'Use a file created by Export YAML.' },
  schedules: { not: 'not a schedules file', give: 'Use a file created by Export YAML.' },
};

/** Describes the kind of a file that was given in place of the expected one, and the remedy: two sentences. */
export function describeKind({ is, remedy, encrypted }: FileKind, wanted: WantedFile): { is: string; remedy: string } {
  const { not, give } = names[wanted];
  const whole = /^This is /.test(is) && !encrypted ? `${is}, ${not}` : is;
  return { is: `${whole}.`, remedy: remedy ?? give };
}
