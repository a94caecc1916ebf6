/** Redirects and rewrites, of which Istio names the first problem only (virtualservice.go:validateHTTPRedirect, validateHTTPRewrite). */
import type { HttpRedirect, HttpRewrite, HttpRoute } from '../../../resource/index.ts';
import { isPort } from '../../parts/bind.ts';
import { regexDefect } from '../../regex.ts';
import { quote, type Report } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';

export function checkRedirect(rule: HttpRoute, report: Report): void {
  const { redirect } = rule;
  if (redirect === undefined) return;
  const defect = redirectDefect(redirect, rule);
  if (defect !== null) report(rules.redirect, redirect, defect.keys, defect.message);
}

type Defect = { readonly keys: readonly string[]; readonly message: string };

function redirectDefect(redirect: HttpRedirect, rule: HttpRoute): Defect | null {
  const { uri = '', prefixRewrite = '', authority = '', scheme = '', redirectCode = 0 } = redirect;
  const { port, derivePort } = redirect;
  if (uri !== '' && prefixRewrite !== '')
    return { keys: ['prefixRewrite'], message: 'prefixRewrite stands beside uri' };
  const notPrefix = rule.match?.some(
    (match) => match.uri !== undefined && match.uri.prefix === undefined,
  );
  if (prefixRewrite !== '' && notPrefix === true)
    return { keys: ['prefixRewrite'], message: 'prefixRewrite needs matches by uri.prefix' };
  const changes = uri + prefixRewrite + authority + scheme !== '';
  if (!changes && port === undefined && derivePort === undefined)
    return { keys: [], message: 'this redirect changes nothing' };
  if (redirectCode !== 0 && (redirectCode < 300 || redirectCode > 399))
    return { keys: ['redirectCode'], message: `${redirectCode} is not a redirect code` };
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https')
    return { keys: ['scheme'], message: `${quote(scheme)} is neither http nor https` };
  if (port !== undefined && port !== 0 && !isPort(port))
    return { keys: ['port'], message: `${port} is not a port number (1 to 65535)` };
  return null;
}

export function checkRewrite(rewrite: HttpRewrite | undefined, report: Report): void {
  if (rewrite === undefined) return;
  const { uri = '', authority = '', uriRegexRewrite } = rewrite;
  if (uri !== '' && uriRegexRewrite !== undefined) {
    report(rules.rewrite, rewrite, ['uriRegexRewrite'], 'uriRegexRewrite stands beside uri');
  } else if (uri === '' && authority === '' && uriRegexRewrite === undefined) {
    report(rules.rewrite, rewrite, [], 'this rewrite changes nothing');
  } else if (uriRegexRewrite !== undefined) {
    const { match = '', rewrite: by = '' } = uriRegexRewrite;
    const defect = match === '' ? null : regexDefect(match);
    if (match === '') report(rules.rewrite, uriRegexRewrite, ['match'], 'match is missing');
    else if (by === '') report(rules.rewrite, uriRegexRewrite, ['rewrite'], 'rewrite is missing');
    else if (defect !== null)
      report(rules.regex, uriRegexRewrite, ['match'], `${quote(match)}: ${defect}`);
  }
}
