import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../electron/contract/contract.ts';
import { httpLink } from './http-link.ts';
import { openPort, portLink } from './port-link.ts';

/** The contract as the page calls it: `client.hosts.images({ id })`. */
export type ConsoleClient = ContractRouterClient<Contract>;

/** The scheme of the console's own pages inside Electron. */
export const desktopScheme = 'app:';

/** The one client of this page: over a message port inside Electron, over HTTP in a browser. */
export const client: ConsoleClient = createORPCClient(
  location.protocol === desktopScheme ? portLink(() => openPort(window)) : httpLink(location.origin),
);
