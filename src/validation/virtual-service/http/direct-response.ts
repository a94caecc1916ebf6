/** Answers that the proxy gives itself (virtualservice.go:validateHTTPDirectResponse). */
import type { HttpDirectResponse } from '../../../resource/index.ts';
import type { Report } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';

const kibibyte = 1024;

export function checkDirectResponse(
  response: HttpDirectResponse | undefined,
  report: Report,
): void {
  if (response === undefined) return;
  const { status = 0, body } = response;
  if (body !== undefined) {
    const size =
      body.bytes === undefined
        ? utf8Length(body.string ?? '')
        : Math.floor((body.bytes.replace(/=+$/, '').length * 3) / 4);
    const what = `the body has ${size} bytes`;
    if (size > kibibyte * kibibyte) report(rules.directBody, body, [], what);
    else if (size > 100 * kibibyte) report(rules.directBodyLarge, body, [], what);
  }
  if (status < 200 || status > 600)
    report(
      rules.directStatus,
      response,
      ['status'],
      response.status === undefined ? 'there is no status' : `${status} is not an HTTP status`,
    );
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
