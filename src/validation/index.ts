/**
 * Room validation (4): what Istio and the API server refuse or warn about in ONE resource.
 */
export {};
