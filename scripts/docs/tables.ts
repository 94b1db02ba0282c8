import { controlsOf, FRAMEWORK_IDS, FRAMEWORKS } from '../../lib/domain/evidence/controls.ts';
import { CHECKS } from '../../lib/evaluate/checks/registry.ts';
import { POLICY_ROWS } from './policy-rows.ts';

/** README's table of the promises, in Markdown: a row for each check. */
export function promisesTable(): string {
  const rows = CHECKS.map(({ id, promise, severity, severityInWords = severity }) => `| ${promise} | \`${id}\` | ${severityInWords} |`);
  return ['| promised | watched by | broken, it is |', '|---|---|---|', ...rows].join('\n');
}

/** The table of the settings in restorewatch.config.ts, in Markdown. */
export function policyTable(): string {
  const rows = POLICY_ROWS.map(({ path, standard, meaning }) => `| \`${path}\` | \`${JSON.stringify(standard)}\` | ${meaning} |`);
  return ['| setting | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** The control map in Markdown, for docs/evidence.md. */
export function controlTables(): string {
  return FRAMEWORK_IDS.map((framework) => {
    const rows = controlsOf(framework).map(
      ({ id, asks, answeredBy, notCovered }) => `| ${id} | ${asks} | ${answeredBy.join('; ')} | ${notCovered} |`,
    );
    return [
      `### ${FRAMEWORKS[framework]}`,
      '',
      '| control | what it asks, in our words | evidence | what we do not cover |',
      '|---|---|---|---|',
      ...rows,
    ].join('\n');
  }).join('\n\n');
}
