/** The console's places. Hash routes: they work over http and under app:// alike. */
export const fleetPath = '/';
export const coveragePath = '/coverage';
export const operationsPath = '/operations';
export const settingsPath = '/settings';
export const welcomePath = '/welcome';

/** The settings of a host: its dialog over the list of all. */
export function hostSettingsPath(id: string): string {
  return `${settingsPath}/hosts/${encodeURIComponent(id)}`;
}

/** The page of a host. */
export function hostPath(id: string): string {
  return `/host/${encodeURIComponent(id)}`;
}

/** The page of an image: where it is. */
export function imagePath(id: string): string {
  return `/image/${encodeURIComponent(id)}`;
}

/** The id of the host whose page a place is. */
export function hostOfPath(path: string): string | undefined {
  const match = /^\/host\/([^/]+)$/.exec(path);
  return match?.[1] === undefined ? undefined : decodeURIComponent(match[1]);
}
