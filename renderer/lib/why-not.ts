/** The reason why something cannot be done, and the remedy. */
export type WhyNot = { reason: string; remedy: string };
