/**
 * Room ui (10): events to screen.
 */
export {};
