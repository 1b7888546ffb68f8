import type { AddressMark } from '../contract/hosts.ts';

/** One answer of an address, got on a connection of its own. */
export type Observation = {
  /** What it listed, in a form in which the same list is the same text; null where it listed nothing. */
  list: string | null;
  /** Its headers, names in small letters. */
  headers: Record<string, string>;
};

/** What a load balancer means for a cache. */
export const meaning =
  'A cache belongs to one host. Through a load balancer each request may reach another one, so what is shown here, and what is queued and deleted, would be of whichever answers.';

/** Headers that tell who answered. `Server` is among them: it tells nothing by itself, but two of them by turns do. */
const telling = [
  'server',
  'via',
  'x-served-by',
  'x-server',
  'x-server-id',
  'x-backend',
  'x-backend-server',
  'x-haproxy-server',
  'x-upstream',
  'x-node',
  'x-hostname',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-server',
];
/** Names of what only stands between, as they are in `Server` and `Via`. Web servers (nginx, Apache) stand on hosts too. */
const standsBetween = /\b(haproxy|awselb|big-?ip|netscaler|octavia|traefik|envoy|varnish|cloudflare)\b/i;

/**
 * Whether two values come by turns: A, B, A again, B again, with anything in between. A cache that changes while it is
 * asked goes from A to B to C and does not come back twice, so it is not taken for that.
 */
export function alternates(values: readonly (string | null)[]): boolean {
  const distinct = [...new Set(values.filter((value) => value !== null))];
  return distinct.some((a) => distinct.some((b) => a !== b && comesByTurns(values, a, b)));
}

function comesByTurns(values: readonly (string | null)[], a: string, b: string): boolean {
  let seen = 0;
  for (const value of values) if (value === (seen % 2 === 0 ? a : b)) seen += 1;
  return seen >= 4;
}

/** Whether there is anything that differs, so that it is worth asking more often. */
export function differ(observations: readonly Observation[]): boolean {
  return (
    new Set(observations.map(({ list }) => list)).size > 1 ||
    telling.some((name) => new Set(observations.map(({ headers }) => headers[name])).size > 1)
  );
}

/** What the answers of one address give away. `throughProxy`: the console's own proxy is in between, and may say so. */
export function marksOf(observations: readonly Observation[], throughProxy: boolean): AddressMark[] {
  const marks: AddressMark[] = [];
  const header = telling.find((name) => alternates(observations.map(({ headers }) => headers[name] ?? '')));
  const lists = alternates(observations.map(({ list }) => list));
  if (lists || header !== undefined) {
    const seen = lists
      ? `Asked ${observations.length} times, the address listed one cache and another by turns.`
      : `Asked ${observations.length} times, the address answered with one ${header} and another by turns.`;
    marks.push({ kind: 'answersDiffer', label: 'several hosts answer', text: `${seen} ${meaning}` });
  }
  const sign = throughProxy ? undefined : signOf(observations);
  if (sign !== undefined) {
    const text = `The answers carry ${sign}, which Glance itself does not send: something stands between, mostly a load balancer. ${meaning}`;
    marks.push({ kind: 'between', label: 'something stands between', text });
  }
  return marks;
}

function signOf(observations: readonly Observation[]): string | undefined {
  for (const { headers } of observations) {
    const cookie = /^([\w.-]{1,60})=/.exec(headers['set-cookie'] ?? '')?.[1];
    if (cookie !== undefined) return `the cookie ${cookie}`;
    const named = standsBetween.exec(`${headers['server'] ?? ''} ${headers['via'] ?? ''}`)?.[1];
    if (named !== undefined) return `the name ${named}`;
    const header = telling.find((name) => name !== 'server' && headers[name] !== undefined);
    if (header !== undefined) return `the header ${header}`;
  }
  return undefined;
}
