/** Which hosts have an image cached, over all hosts at once. */
export const coverageProcedures = {};
