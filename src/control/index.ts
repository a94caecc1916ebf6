/**
 * Room control (9): the resource store, plan and reconcile, the API.
 */
export {};
