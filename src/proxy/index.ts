/**
 * Room proxy (8): the data plane.
 */
export {};
