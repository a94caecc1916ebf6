export declare const documents: readonly string[];
export declare function blocksOf(
  text: string,
): { whole: string; command: string; output: string }[];
export declare function outputOf(root: string, command: string): string;
export declare function masked(output: string): string;
export declare function same(expected: string, output: string): boolean;
