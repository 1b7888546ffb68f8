import type { Connection, Login } from '../contract/clouds.ts';

/** A cloud ready to be logged in to. The secret is the password, the credential's secret or the token. */
export type ResolvedCloud = { login: Login; secret: string | undefined; connection: Connection };
