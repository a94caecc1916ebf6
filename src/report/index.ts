/**
 * Room report (8): value to string: text with code frames, json, sarif….
 */
export {};
