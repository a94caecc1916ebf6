/** What `tcpmesh delete` can be told. */
import { inputOptions } from '../input-options.ts';
import { flag } from '../option.ts';
import { meshOption, selectorOption } from '../verbs/verb-options.ts';

export const deleteOptions = {
  ...inputOptions,
  selector: selectorOption,
  all: flag('--all', 'all of the type in the namespace'),
  ignoreNotFound: flag('--ignore-not-found', 'what is not there is no failure'),
  mesh: meshOption,
};
