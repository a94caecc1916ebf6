/** What `tcpmesh completion` can be told. */
export const completionOptions = {};
