import type { Cloud, CloudSource, Login } from '../../../electron/contract/clouds.ts';

/** The values of the cloud form: every field as typed, not validated. */
export type CloudValues = {
  name: string;
  kind: Login['kind'];
  authUrl: string;
  username: string;
  userDomain: string;
  projectName: string;
  projectDomain: string;
  credentialBy: 'id' | 'name';
  credentialId: string;
  credentialName: string;
  secret: string;
  regionName: string;
  interface: 'public' | 'internal' | 'admin';
  cacert: string;
  cert: string;
  key: string;
  verify: boolean;
};
export type CloudField = keyof CloudValues;

/** The errors of the cloud form, by field. */
export type CloudErrors = Partial<Record<CloudField, string>>;

/** The values of an empty form. `Default` is the name of Keystone's own default domain. */
export const emptyCloud: CloudValues = {
  name: '',
  kind: 'password',
  authUrl: '',
  username: '',
  userDomain: 'Default',
  projectName: '',
  projectDomain: 'Default',
  credentialBy: 'id',
  credentialId: '',
  credentialName: '',
  secret: '',
  regionName: '',
  interface: 'public',
  cacert: '',
  cert: '',
  key: '',
  verify: true,
};

/** The values for editing a cloud. The page does not know its secret; a cloud of clouds.yaml only has a name. */
export function cloudValues(cloud: Cloud): CloudValues {
  const values = { ...emptyCloud, name: cloud.name };
  if (cloud.source.kind !== 'typed') return values;
  const { login, connection } = cloud.source;
  const connectionValues: CloudValues = {
    ...values,
    kind: login.kind,
    regionName: connection.regionName ?? '',
    interface: connection.interface,
    cacert: connection.cacert ?? '',
    cert: connection.cert ?? '',
    key: connection.key ?? '',
    verify: connection.verify,
  };
  if (login.kind === 'none') return connectionValues;
  if (login.kind === 'applicationCredential')
    return {
      ...connectionValues,
      authUrl: login.authUrl,
      credentialBy: login.credentialId ? 'id' : 'name',
      credentialId: login.credentialId ?? '',
      credentialName: login.credentialName ?? '',
      username: login.username ?? '',
      userDomain: login.userDomain ?? login.userDomainId ?? '',
    };
  const project = {
    authUrl: login.authUrl,
    projectName: login.projectName ?? login.projectId ?? '',
    projectDomain: login.projectDomain ?? login.projectDomainId ?? '',
  };
  if (login.kind === 'token') return { ...connectionValues, ...project };
  return {
    ...connectionValues,
    ...project,
    username: login.username,
    userDomain: login.userDomain ?? login.userDomainId ?? '',
  };
}

/** The id of a Keystone project: 32 hexadecimal digits, with or without dashes. */
const projectIdPattern = /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The project, by id if the text looks like one, otherwise by its name and domain. */
function projectOf(values: CloudValues) {
  const project = values.projectName.trim();
  if (project === '') return {};
  if (projectIdPattern.test(project)) return { projectId: project };
  return { projectName: project, ...optional('projectDomain', values.projectDomain) };
}

function optional<K extends string>(name: K, text: string): { [key in K]?: string } {
  const trimmed = text.trim();
  return trimmed === '' ? {} : ({ [name]: trimmed } as { [key in K]?: string });
}

function loginOf(values: CloudValues): Login {
  const authUrl = values.authUrl.trim();
  switch (values.kind) {
    case 'none':
      return { kind: 'none' };
    case 'token':
      return { kind: 'token', authUrl, ...projectOf(values) };
    case 'password':
      return {
        kind: 'password',
        authUrl,
        ...projectOf(values),
        username: values.username.trim(),
        ...optional('userDomain', values.userDomain),
      };
    case 'applicationCredential':
      if (values.credentialBy === 'id')
        return { kind: 'applicationCredential', authUrl, ...optional('credentialId', values.credentialId) };
      return {
        kind: 'applicationCredential',
        authUrl,
        ...optional('credentialName', values.credentialName),
        ...optional('username', values.username),
        ...optional('userDomain', values.userDomain),
      };
  }
}

/** The source of a cloud from values without errors. Never contains the secret. */
export function cloudSourceOf(values: CloudValues): CloudSource {
  return {
    kind: 'typed',
    login: loginOf(values),
    connection: {
      ...optional('regionName', values.regionName),
      interface: values.interface,
      ...optional('cacert', values.cacert),
      ...optional('cert', values.cert),
      ...optional('key', values.key),
      verify: values.verify,
    },
  };
}

/** The name of the cloud: as typed, otherwise the hostname of its Keystone. */
export function cloudNameOf(values: CloudValues): string {
  const typed = values.name.trim();
  if (typed !== '') return typed;
  if (values.kind === 'none') return 'No login';
  const host = URL.canParse(values.authUrl.trim()) ? new URL(values.authUrl.trim()).hostname : '';
  return host.slice(0, 100);
}

function authUrlError(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return 'Enter the Keystone URL.';
  if (!/^https?:\/\//i.test(trimmed)) return 'Start with http:// or https://.';
  if (!URL.canParse(trimmed) || /\s/.test(trimmed) || trimmed.length > 1_000) return 'This is not a URL.';
  const url = new URL(trimmed);
  if (url.username || url.password) return 'Leave user and password out of the URL; they have their own fields.';
  return undefined;
}

/** The label of the secret of a kind of login; undefined if there is none. */
export function secretName(kind: Login['kind']): string | undefined {
  switch (kind) {
    case 'password':
      return 'Password';
    case 'applicationCredential':
      return 'Secret';
    case 'token':
      return 'Token';
    case 'none':
      return undefined;
  }
}

/**
 * The errors of the cloud form. `secretStored`: the console already has the secret of this cloud, so that an empty field
 * keeps it.
 */
export function cloudErrors(values: CloudValues, secretStored: boolean): CloudErrors {
  const errors: CloudErrors = {};
  const requireText = (field: CloudField, message: string) => {
    if (String(values[field]).trim() === '') errors[field] = message;
  };
  if (values.name.trim().length > 100) errors.name = 'At most 100 characters.';
  if (Boolean(values.cert.trim()) !== Boolean(values.key.trim())) {
    const missing = values.cert.trim() ? 'key' : 'cert';
    errors[missing] = 'A client certificate needs both files: the certificate and its key.';
  }
  if (values.kind === 'none') return errors;
  const url = authUrlError(values.authUrl);
  if (url) errors.authUrl = url;
  if (values.kind === 'password') {
    requireText('username', 'Enter a user name.');
    requireText('projectName', 'Enter a project. Glance requires one.');
  }
  if (values.kind === 'applicationCredential' && values.credentialBy === 'id')
    requireText('credentialId', 'Enter the credential ID.');
  if (values.kind === 'applicationCredential' && values.credentialBy === 'name') {
    requireText('credentialName', 'Enter the credential name.');
    requireText('username', 'A credential name is unique only for its user. Enter the user.');
  }
  const secret = secretName(values.kind);
  if (secret && !secretStored) requireText('secret', `Enter the ${secret.toLowerCase()}.`);
  if (values.secret.length > 8_192) errors.secret = 'At most 8,192 characters.';
  return errors;
}

/** What a stored secret belongs to. It is not used for another server or another kind of login. */
export type StoredSecret = { kind: CloudValues['kind']; origin: string };

/** The stored secret of a cloud; undefined if there is none, or if it was not typed. */
export function storedSecretOf(cloud: Cloud | undefined): StoredSecret | undefined {
  if (cloud?.source.kind !== 'typed' || cloud.source.login.kind === 'none') return undefined;
  if (cloud.secret !== 'keychain' && cloud.secret !== 'memory') return undefined;
  const { kind, authUrl } = cloud.source.login;
  return { kind, origin: new URL(authUrl).origin };
}

/** Whether the stored secret fits the typed server and kind of login, so that it need not be typed again. */
export function canReuseSecret(values: CloudValues, stored: StoredSecret | undefined): boolean {
  const url = values.authUrl.trim();
  return (
    stored !== undefined && stored.kind === values.kind && URL.canParse(url) && new URL(url).origin === stored.origin
  );
}
