/** Golden sets: the images that chosen hosts should always have cached. */
export const goldenProcedures = {};
