import { CHECKS } from '../../lib/evaluate/checks/registry.ts';

/** README's table of the promises, in Markdown: a row for each check. */
export function promisesTable(): string {
  const rows = CHECKS.map(({ id, promise, severity, severityInWords = severity }) => `| ${promise} | \`${id}\` | ${severityInWords} |`);
  return ['| promised | watched by | broken, it is |', '|---|---|---|', ...rows].join('\n');
}
