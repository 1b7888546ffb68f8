import type { FailureCode } from '../contract/failure.ts';

/** The known facts about a request that failed. */
export type RequestContext = {
  method: string;
  /** Whether it may be sent again if no answer came. */
  repeatable: boolean;
  url: URL;
  deadlineMs: number;
  connectMs: number;
  /** The proxy, without its login. */
  proxy: string | undefined;
  /** The file of authorities that is trusted beside the system's, and what names it. */
  authority?: string | undefined;
  /** Whether the head of an answer has arrived. */
  answered: boolean;
};

/** Returns an address without login and query, as it may be shown. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname === '/' ? '' : url.pathname}`.slice(0, 600);
}

/** Milliseconds as they stand in a message: `0.5 s`, `20 s`. */
export function seconds(ms: number): string {
  return `${ms >= 10_000 ? Math.round(ms / 1000) : Math.round(ms / 100) / 10} s`;
}

/** A failure in words, before it is thrown. */
export type Words = { code: FailureCode; message: string; remedy: string; notSent?: true; refused?: true };

/** Returns the codes of an error and of all its causes, outermost first. */
export function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let next: unknown = error;
  for (let depth = 0; depth < 6 && next instanceof Error; depth += 1) {
    const { code } = next as NodeJS.ErrnoException;
    if (typeof code === 'string') codes.push(code);
    if (next instanceof AggregateError) {
      for (const inner of next.errors) {
        const innerCode = (inner as NodeJS.ErrnoException | null)?.code;
        if (typeof innerCode === 'string') codes.push(innerCode);
      }
    }
    next = next.cause;
  }
  return codes;
}

/** The address of a request, and the proxy in between. */
export function addressOf({ url, proxy }: RequestContext): string {
  return proxy ? `${shownUrl(url)} (through the proxy ${proxy})` : shownUrl(url);
}
