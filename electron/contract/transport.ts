/** Names that both ends of the bridge use. */

/** The path of calls over HTTP. */
export const rpcPath = '/rpc';

/**
 * The header of a call that carries the session key, and the item of the page's local storage that has it. That storage
 * belongs to one origin, so no other port of the host gets the key.
 */
export const sessionKeyHeader = 'x-console-session-key';
export const sessionKeyItem = 'glance-cache-console-session-key';

/** The scheme and the origin of the console's own pages inside Electron. */
export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://console`;

/** The message with which the page sends a port to the main process, through the preload script. */
export const portOffer = 'glance-cache-console:port';
