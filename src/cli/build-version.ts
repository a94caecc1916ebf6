/** The version of this build, which the bundler writes in; running from source it is not known. */

declare const TCPMESH_VERSION: string | undefined;

export const version: string =
  typeof TCPMESH_VERSION === 'string' ? TCPMESH_VERSION : '0.0.0-source';
