import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../electron/contract/contract.ts';
import { pageScheme } from '../../electron/contract/transport.ts';
import { httpLink, openPort, portLink } from './links.ts';

/** The contract as the page calls it: `client.hosts.images({ id })`. */
export type ConsoleClient = ContractRouterClient<Contract>;

/** The one client of this page: over a message port inside Electron, over HTTP in a browser. */
export const client: ConsoleClient = createORPCClient(
  location.protocol === `${pageScheme}:`
    ? portLink(() => openPort(window))
    : httpLink(location.origin, { getItem: (item) => localStorage.getItem(item) }),
);
