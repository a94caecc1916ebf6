/** Bytes to a Source: UTF-8 text of a bounded size, or what is wrong with them. */
import { isUtf8 } from 'node:buffer';
import type { Source } from '../../text/index.ts';
import { type FileFailure, type Files, failed, type World } from '../world.ts';
import type { FoundFile, InputProblem } from './find-files.ts';

/** 32 MiB: some 30,000 resources. */
export const maxBytes = 32 * 1024 * 1024;

/** size: in bytes, where it is known. */
const tooLarge = (name: string, size?: number): InputProblem => ({
  name,
  message: `${size === undefined ? 'this' : `${Math.ceil(size / 1024 / 1024)} MiB`} is more than tcpmesh reads of one input (${maxBytes / 1024 / 1024} MiB)`,
  remedy: 'Split it into several files, or leave out what is not Istio configuration.',
});

export function readFile(files: Files, file: FoundFile): Source | InputProblem {
  const asked = sizeOf(files, file);
  return 'message' in asked ? asked : sourceOf(file, asked, files.read(file.path, asked.most));
}

/** stop: for what keeps its reader waiting, see Files.readMeanwhile. */
export async function readFileMeanwhile(
  files: Files,
  file: FoundFile,
  stop: AbortSignal | undefined,
): Promise<Source | InputProblem> {
  const asked = sizeOf(files, file);
  if ('message' in asked) return asked;
  return asked.most === undefined
    ? sourceOf(file, asked, files.read(file.path))
    : sourceOf(file, asked, await files.readMeanwhile(file.path, asked.most, stop));
}

/** most: to be read of what is no file, and so may have no end. */
type Asked = { readonly most: number | undefined };

function sizeOf(files: Files, { name, path }: FoundFile): Asked | InputProblem {
  const info = files.info(path);
  if (!failed(info) && info.size > maxBytes) return tooLarge(name, info.size);
  return { most: !failed(info) && info.kind === 'other' ? maxBytes + 1 : undefined };
}

function sourceOf(
  { name }: FoundFile,
  { most }: Asked,
  bytes: Uint8Array | FileFailure,
): Source | InputProblem {
  if (failed(bytes))
    return {
      name,
      message: bytes.message,
      remedy:
        bytes.failure === 'other'
          ? 'Name a file, or - for standard input.'
          : 'Check that this user may read it.',
    };
  if (bytes.length > maxBytes) return tooLarge(name, most === undefined ? bytes.length : undefined);
  return decodeText(name, bytes);
}

export async function readStdin(world: World, name: string): Promise<Source | InputProblem> {
  const bytes = await world.stdin.readAll(maxBytes);
  if (bytes === null) return tooLarge(name);
  return decodeText(name, bytes);
}

export function decodeText(name: string, bytes: Uint8Array): Source | InputProblem {
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return {
      name,
      message: 'this is UTF-16, tcpmesh (as Istio) reads UTF-8',
      remedy: 'Save it as UTF-8: iconv -f UTF-16 -t UTF-8.',
    };
  if (bytes.includes(0))
    return {
      name,
      message: 'this is not text: it holds zero bytes',
      remedy: 'Name YAML or JSON files.',
    };
  if (!isUtf8(bytes)) {
    const { line, column } = firstBadByte(bytes);
    return {
      name,
      message: `this is not UTF-8 text (line ${line}, column ${column})`,
      remedy: 'Save it as UTF-8, or name YAML or JSON files.',
    };
  }
  const marked = first === 0xef && second === 0xbb && third === 0xbf;
  const content = marked ? bytes.subarray(3) : bytes;
  return { name, text: Buffer.from(content.buffer, content.byteOffset, content.length).toString() };
}

/** Where the longest readable beginning ends; found by halving, as a beginning of a readable text is readable but for its last character. */
function firstBadByte(bytes: Uint8Array): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 10) continue;
    if (!isUtf8(bytes.subarray(lineStart, at))) break;
    line++;
    lineStart = at + 1;
  }
  const text = Buffer.from(bytes.subarray(lineStart, lineStart + 10_000)).toString();
  return { line, column: Math.max(0, text.indexOf('\ufffd')) + 1 };
}
