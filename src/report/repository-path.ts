/**
 * A source's name as seen from the root of its repository: code scanning and annotations take relative paths for that,
 * wherever in it tcpmesh was started. Paths are absolute, with / or, on Windows, \.
 */

/** root: what paths in a report are relative to; folder: where tcpmesh was started, which names of sources are relative to. */
export type StartedIn = { readonly root: string; readonly folder: string };

/** inside: path is relative to the root; else it is absolute, with /. */
export type RepositoryPath = { readonly inside: boolean; readonly path: string };

export function repositoryPath(name: string, { root, folder }: StartedIn): RepositoryPath {
  // Only Windows has drives, and only there a backslash parts folders.
  const path = hasDrive(folder) ? slashes(name) : name;
  const absolute = path.startsWith('/') || hasDrive(path);
  const whole = normal(absolute ? path : `${ofSystem(folder)}/${path}`);
  const within = asFolder(normal(ofSystem(root)));
  return whole.startsWith(within)
    ? { inside: true, path: whole.slice(within.length) }
    : { inside: false, path: whole };
}

/** `file:///home/me/repo/`: a folder's ends with /, so that what is relative to it is inside it. */
export function folderUri(path: string): string {
  return fileUri(asFolder(normal(ofSystem(path))));
}

/** Of an absolute path with /. */
export function fileUri(path: string): string {
  return hasDrive(path)
    ? `file:///${path.slice(0, 2)}${encodePath(path.slice(2))}`
    : `file://${encodePath(path)}`;
}

export function encodePath(path: string): string {
  // Half a surrogate pair would make encodeURIComponent throw.
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd')))
    .join('/');
}

function hasDrive(path: string): boolean {
  return /^[A-Za-z]:[\\/]/.test(path);
}

function ofSystem(path: string): string {
  return hasDrive(path) ? slashes(path) : path;
}

function slashes(path: string): string {
  return path.replace(/\\/g, '/');
}

function asFolder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/** Without `.`, `..` and empty parts. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}
