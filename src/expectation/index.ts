/**
 * Room expectation (7): connections with what they should do: the test file format, comparison, coverage, a first file from a mesh.
 * May import text/ to routing/. May not read files or print.
 */
export {};
