/**
 * Room lint (7): rules over a whole mesh: what Istio's analyzers say, and what nobody says.
 */
export {};
