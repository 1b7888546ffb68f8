/** Names that both ends of the bridge use. */

/** The path of calls over HTTP. */
export const rpcPath = '/rpc';

/** The scheme and the origin of the console's own pages inside Electron. */
export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://console`;

/** The message with which the page sends a port to the main process, through the preload script. */
export const portOffer = 'glance-cache-console:port';
