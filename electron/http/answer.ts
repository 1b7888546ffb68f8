/** One answer, whatever its status; the names of its headers in small letters. */
export type HttpAnswer = { status: number; headers: Record<string, string>; text: string };
