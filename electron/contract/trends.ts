/** How caches grew and what was asked of them, over time. */
export const trendsProcedures = {};
