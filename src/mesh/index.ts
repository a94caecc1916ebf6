/**
 * Room mesh (5): one immutable snapshot: services, workloads, endpoints, gateways; names, visibility, order.
 */
export {};
