import type { CloudRemoteAccess, RemoteAccess } from '../../../electron/contract/remote.ts';
import { formatShellWords, parseShellWords } from '../../../electron/contract/shell-words.ts';

/** How a host's programs are run over ssh, while it is being typed. `destination` of a host, `user` of a cloud. */
export type SshValues = {
  destination: string;
  user: string;
  port: string;
  become: string;
  prefix: string;
  configFiles: string;
};
export type RemoteProblems = Partial<Record<keyof SshValues, string>>;

/** What most installations need: Glance runs as a user of its own. */
export const emptySsh: SshValues = {
  destination: '',
  user: '',
  port: '',
  become: 'sudo -n -u glance',
  prefix: '',
  configFiles: '',
};

/** The draft of an access that is there already. */
export function sshValues(remote: RemoteAccess | CloudRemoteAccess): SshValues {
  return {
    destination: 'destination' in remote ? remote.destination : '',
    user: 'user' in remote ? (remote.user ?? '') : '',
    port: remote.port === null ? '' : String(remote.port),
    become: formatShellWords(remote.become),
    prefix: formatShellWords(remote.prefix),
    configFiles: remote.configFiles.join('\n'),
  };
}

function pathsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What is wrong with the draft of a host's access, by field; the console itself looks closer when it is saved. */
export function sshErrors(draft: SshValues, of: 'host' | 'cloud'): RemoteProblems {
  const problems: RemoteProblems = {};
  const destination = draft.destination.trim();
  if (of === 'host' && destination === '') problems.destination = 'Say where to: a host, user@host, or an alias.';
  if (of === 'host' && (/\s/.test(destination) || destination.startsWith('-')))
    problems.destination = 'Not a destination of ssh, such as glance@glance-01.';
  if (of === 'cloud' && /[\s@]/.test(draft.user.trim())) problems.user = 'Not the name of a user.';
  const port = Number(draft.port);
  if (draft.port.trim() !== '' && (!Number.isInteger(port) || port < 1 || port > 65_535))
    problems.port = 'A number from 1 to 65535.';
  for (const field of ['become', 'prefix'] as const) {
    const words = parseShellWords(draft[field]);
    if (!words) problems[field] = 'A quote is not closed.';
    else if (words[0]?.startsWith('-')) problems[field] = 'Begins with an option instead of a program.';
  }
  if (pathsOf(draft.configFiles).some((file) => !file.startsWith('/') || file.length < 2))
    problems.configFiles = 'Full paths only, one a line.';
  return problems;
}

function common(draft: SshValues) {
  return {
    port: draft.port.trim() === '' ? null : Number(draft.port),
    become: parseShellWords(draft.become) ?? [],
    prefix: parseShellWords(draft.prefix) ?? [],
    configFiles: pathsOf(draft.configFiles),
  };
}

/** The access that a draft without problems means. */
export function sshAccess(draft: SshValues): RemoteAccess {
  return { destination: draft.destination.trim(), ...common(draft) };
}

export function cloudSshAccess(draft: SshValues): CloudRemoteAccess {
  return { user: draft.user.trim() === '' ? null : draft.user.trim(), ...common(draft) };
}

/** The name that ssh would log in to for a host's address: `https://glance-01:9292` is `glance-01`. */
export function hostnameOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}
