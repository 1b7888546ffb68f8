/** The addresses of the pages. They are hash routes, which work over http:// and under app:// alike. */
export const fleetPath = '/';
export const coveragePath = '/coverage';
export const wastePath = `${coveragePath}/waste`;
export const operationsPath = '/operations';
export const schedulesPath = '/schedules';
export const settingsPath = '/settings';
export const welcomePath = '/welcome';

export const settingsSections = ['clouds', 'hosts', 'refresh', 'operations', 'alerts', 'appearance', 'about'] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** The address of a section of the settings. */
export function settingsSectionPath(section: SettingsSection): string {
  return `${settingsPath}/${section}`;
}

/** The section of the settings that has this address; the first one for any other address. */
export function settingsSectionOfPath(path: string): SettingsSection {
  return settingsSections.find((section) => `${path}/`.startsWith(`${settingsSectionPath(section)}/`)) ?? 'clouds';
}

/** The address of a host's settings: its dialog over the list of hosts. */
export function hostSettingsPath(id: string): string {
  return `${settingsPath}/hosts/${encodeURIComponent(id)}`;
}

/** The id of the host whose settings have this address, if any. */
export function hostOfSettingsPath(path: string): string | undefined {
  const match = /^\/settings\/hosts\/([^/]+)$/.exec(path);
  return match?.[1] === undefined ? undefined : decodeURIComponent(match[1]);
}

/** The address of a host's page. */
export function hostPath(id: string): string {
  return `/host/${encodeURIComponent(id)}`;
}

/** The address of an image's page. */
export function imagePath(id: string): string {
  return `/image/${encodeURIComponent(id)}`;
}

/** The id of the host whose page has this address, if any. */
export function hostOfPath(path: string): string | undefined {
  const match = /^\/host\/([^/]+)$/.exec(path);
  return match?.[1] === undefined ? undefined : decodeURIComponent(match[1]);
}

/** The address of one operation with its targets. */
export function operationPath(id: string): string {
  return `${operationsPath}/${encodeURIComponent(id)}`;
}

/** The address of one schedule. */
export function schedulePath(id: string): string {
  return `${schedulesPath}/${encodeURIComponent(id)}`;
}

/** The id of the operation that has this address, if any. */
export function operationOfPath(path: string): string | undefined {
  const rest = path.startsWith(`${operationsPath}/`) ? path.slice(operationsPath.length + 1) : '';
  return rest === '' || rest.includes('/') ? undefined : decodeURIComponent(rest);
}
