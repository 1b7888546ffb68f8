/** Names that both ends of the bridge have to know. */

/** The path under which the served console answers calls. */
export const rpcPath = '/rpc';

/** The scheme and the origin of the console's own pages inside Electron. */
export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://console`;

/** What the page, the preload script and the main process call the handing over of a port. */
export const portOffer = 'glance-cache-console:port';
