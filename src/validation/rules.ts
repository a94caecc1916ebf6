/** Every rule of this room, in the order of their codes. */
import type { RuleMeta } from '../diagnostic/index.ts';

export const validationRules: readonly RuleMeta[] = [];
