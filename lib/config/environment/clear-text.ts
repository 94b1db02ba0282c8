import { serverAt } from '../../deliver/channels/email/mail-server.ts';
import { crossesNetworkInClear, hostOf, isLoopback } from '../../domain/settings/parse-value.ts';
import type { Complain } from './variable-groups.ts';
import { VARIABLE_NAMES, VARIABLES, type VariableName, type Values } from './variables.ts';

/** The page's own address, which stands in links alone: nothing is sent there. */
const NOT_SPOKEN_TO: ReadonlySet<VariableName> = new Set(['STATUS_URL']);

/**
 * Complains of each address that begins with http:// and is neither this machine nor a host in ALLOW_HTTP. All of them get credentials, alerts or state from
 * us, so every variable counts, and one that a new channel brings counts too.
 */
export function refuseClearText(values: Values, complain: Complain): void {
  for (const [name, url] of clearIn(values)) {
    const host = hostOf(url);
    if (values.ALLOW_HTTP?.includes(host)) continue;
    // The host of a secret address may be what is secret of it.
    const allow = VARIABLES[name].secret ? 'its host' : host;
    complain(`${name}: must begin with https://; plain http:// is for loopback alone, unless ALLOW_HTTP names ${allow}${unshown(name)}`);
  }
}

/** What may go unencrypted because somebody said so, one sentence each. */
export function clearTextWarnings(values: Values): readonly string[] {
  const byHttp = clearIn(values).map(([name]) => `${name} begins with http://, as ALLOW_HTTP says is meant: secrets travel unencrypted.`);
  return isMailOptional(values)
    ? [...byHttp, 'SMTP_URL: the mail server need not offer TLS: its password and alerts may travel unencrypted.']
    : byHttp;
}

function isMailOptional({ SMTP_URL: url, ALLOW_HTTP: allowed }: Values): boolean {
  if (url === null || isLoopback(hostOf(url))) return false;
  const { secure, requireTLS } = serverAt({ smtpUrl: url, ...(allowed?.includes(hostOf(url)) && { plain: true }) });
  return secure !== true && requireTLS !== true;
}

function clearIn(values: Values): readonly (readonly [VariableName, string])[] {
  return VARIABLE_NAMES.filter((name) => !NOT_SPOKEN_TO.has(name)).flatMap((name) => {
    const value = values[name];
    const isClear = typeof value === 'string' && /^http:\/\//i.test(value) && crossesNetworkInClear(value);
    return isClear ? [[name, value] as const] : [];
  });
}

function unshown(name: VariableName): string {
  return VARIABLES[name].secret ? ' (its value is not shown)' : '';
}
