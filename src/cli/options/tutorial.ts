/** What `tcpmesh tutorial` can be told. */
import { colorOption } from '../input-options.ts';
import { flag } from '../option.ts';

export const tutorialOptions = {
  yes: flag('-y, --yes', 'go through without waiting for Enter'),
  color: colorOption,
};
