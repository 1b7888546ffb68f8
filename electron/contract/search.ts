/** Whatever has a name or an id, found as it is typed. */
export const searchProcedures = {};
