import type { Cloud, CloudSource, Login } from '../../../electron/contract/clouds.ts';

/** A typed cloud while it is being typed: every field as text, none of it trusted yet. */
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

/** What is wrong with a draft, by field, in words that say what to type. */
export type CloudProblems = Partial<Record<CloudField, string>>;

/** Keystone's own default domain is named `Default`; a draft says so openly instead of leaving it to be guessed. */
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

/** The draft of a cloud that is there already. Its secret is not known here, and a cloud of clouds.yaml has no fields. */
export function cloudValues(cloud: Cloud): CloudValues {
  const draft = { ...emptyCloud, name: cloud.name };
  if (cloud.source.kind !== 'typed') return draft;
  const { login, connection } = cloud.source;
  const connected: CloudValues = {
    ...draft,
    kind: login.kind,
    regionName: connection.regionName ?? '',
    interface: connection.interface,
    cacert: connection.cacert ?? '',
    cert: connection.cert ?? '',
    key: connection.key ?? '',
    verify: connection.verify,
  };
  if (login.kind === 'none') return connected;
  if (login.kind === 'applicationCredential')
    return {
      ...connected,
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
  if (login.kind === 'token') return { ...connected, ...project };
  return {
    ...connected,
    ...project,
    username: login.username,
    userDomain: login.userDomain ?? login.userDomainId ?? '',
  };
}

/** A project's id as Keystone makes them: 32 hexadecimal digits, with or without dashes. */
const idOfProject = /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Where a draft's project goes: by id when it looks like one, else by name within its domain. */
function projectOf(draft: CloudValues) {
  const project = draft.projectName.trim();
  if (project === '') return {};
  if (idOfProject.test(project)) return { projectId: project };
  return { projectName: project, ...word('projectDomain', draft.projectDomain) };
}

function word<K extends string>(name: K, text: string): { [key in K]?: string } {
  const trimmed = text.trim();
  return trimmed === '' ? {} : ({ [name]: trimmed } as { [key in K]?: string });
}

function loginOf(draft: CloudValues): Login {
  const authUrl = draft.authUrl.trim();
  switch (draft.kind) {
    case 'none':
      return { kind: 'none' };
    case 'token':
      return { kind: 'token', authUrl, ...projectOf(draft) };
    case 'password':
      return {
        kind: 'password',
        authUrl,
        ...projectOf(draft),
        username: draft.username.trim(),
        ...word('userDomain', draft.userDomain),
      };
    case 'applicationCredential':
      if (draft.credentialBy === 'id')
        return { kind: 'applicationCredential', authUrl, ...word('credentialId', draft.credentialId) };
      return {
        kind: 'applicationCredential',
        authUrl,
        ...word('credentialName', draft.credentialName),
        ...word('username', draft.username),
        ...word('userDomain', draft.userDomain),
      };
  }
}

/** The cloud that a draft without problems stands for. */
export function cloudSourceOf(draft: CloudValues): CloudSource {
  return {
    kind: 'typed',
    login: loginOf(draft),
    connection: {
      ...word('regionName', draft.regionName),
      interface: draft.interface,
      ...word('cacert', draft.cacert),
      ...word('cert', draft.cert),
      ...word('key', draft.key),
      verify: draft.verify,
    },
  };
}

/** The name a cloud gets when the operator gives none: its Keystone's host, or what it is. */
export function cloudNameOf(draft: CloudValues): string {
  const typed = draft.name.trim();
  if (typed !== '') return typed;
  if (draft.kind === 'none') return 'No login';
  const host = URL.canParse(draft.authUrl.trim()) ? new URL(draft.authUrl.trim()).hostname : '';
  return host.slice(0, 100);
}

function authUrlProblem(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return 'Say where Keystone is.';
  if (!/^https?:\/\//i.test(trimmed)) return 'Begin with http:// or https://.';
  if (!URL.canParse(trimmed) || /\s/.test(trimmed) || trimmed.length > 1_000) return 'This is not a URL.';
  const url = new URL(trimmed);
  if (url.username || url.password) return 'Leave user and password out of the URL; they have their own fields.';
  return undefined;
}

/** What a secret is called with a kind of login; undefined where there is none. */
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
 * Everything that is wrong with a draft. `secretKept`: the console has this cloud's secret already, so an empty field
 * means that it stays.
 */
export function cloudErrors(draft: CloudValues, secretKept: boolean): CloudProblems {
  const problems: CloudProblems = {};
  const wanted = (field: CloudField, message: string) => {
    if (String(draft[field]).trim() === '') problems[field] = message;
  };
  if (draft.name.trim().length > 100) problems.name = 'At most 100 characters.';
  if (Boolean(draft.cert.trim()) !== Boolean(draft.key.trim())) {
    const missing = draft.cert.trim() ? 'key' : 'cert';
    problems[missing] = 'A client certificate needs both files: the certificate and its key.';
  }
  if (draft.kind === 'none') return problems;
  const url = authUrlProblem(draft.authUrl);
  if (url) problems.authUrl = url;
  if (draft.kind === 'password') {
    wanted('username', 'Say who logs in.');
    wanted('projectName', 'Say in which project; Glance asks for one.');
  }
  if (draft.kind === 'applicationCredential' && draft.credentialBy === 'id')
    wanted('credentialId', 'Give the credential’s ID.');
  if (draft.kind === 'applicationCredential' && draft.credentialBy === 'name') {
    wanted('credentialName', 'Give the credential’s name.');
    wanted('username', 'A credential’s name is only unique within its user: say which.');
  }
  const secret = secretName(draft.kind);
  if (secret && !secretKept) wanted('secret', `Give the ${secret.toLowerCase()}.`);
  if (draft.secret.length > 8_192) problems.secret = 'At most 8,192 characters.';
  return problems;
}

/** A secret that the console has, and what it is for: it never follows to another server or another kind of login. */
export type StoredSecret = { kind: CloudValues['kind']; origin: string };

/** The secret that the console has of a cloud; undefined where it has none, or none that was typed. */
export function storedSecretOf(cloud: Cloud | undefined): StoredSecret | undefined {
  if (cloud?.source.kind !== 'typed' || cloud.source.login.kind === 'none') return undefined;
  if (cloud.secret !== 'keychain' && cloud.secret !== 'memory') return undefined;
  const { kind, authUrl } = cloud.source.login;
  return { kind, origin: new URL(authUrl).origin };
}

/** Whether the kept secret stays good for a draft, so that it need not be typed again. */
export function canReuseSecret(draft: CloudValues, kept: StoredSecret | undefined): boolean {
  const url = draft.authUrl.trim();
  return kept !== undefined && kept.kind === draft.kind && URL.canParse(url) && new URL(url).origin === kept.origin;
}
