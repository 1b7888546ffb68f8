/** Why something cannot be done, and what makes it possible. */
export type WhyNot = { reason: string; remedy: string };
