/** Hosts found where somebody else already lists them. */
export const discoveryProcedures = {};
