/** How a command ended, as the last message of a stream says it. */
import type { JsonObject } from '../../json.ts';

export function exitStatus(code: number): JsonObject {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

export function failureStatus(message: string): JsonObject {
  return { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
}
