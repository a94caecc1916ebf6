/** What `tcpmesh apply` can be told. */
import { inputOptions } from '../input-options.ts';
import { flag } from '../option.ts';
import { meshOption } from '../verbs/verb-options.ts';

export const applyOptions = {
  ...inputOptions,
  dryRun: flag('--dry-run', 'let the mesh judge it, and change nothing'),
  mesh: meshOption,
};
