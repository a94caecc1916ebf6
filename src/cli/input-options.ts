/** The options that every command with resources as input has. */
import { text, texts } from './option.ts';

export const inputOptions = {
  filename: texts(
    '-f, --filename <path>',
    'file, folder, glob, or - for standard input; may be repeated',
    { completes: 'path' },
  ),
  namespace: text(
    '-n, --namespace <name>',
    'namespace of objects that name none (default: "default")',
  ),
  stdinFilename: text('--stdin-filename <path>', 'what to call standard input in messages'),
};

export const colorOption = text('--color <when>', 'colours: auto, always or never', {
  choices: ['auto', 'always', 'never'],
  fallback: 'auto',
});

/** For commands that can look at a running mesh as well as at files. */
export const runningMeshOption = text(
  '--mesh <name>',
  'read a running mesh instead of files; "last" is the one started last',
);
