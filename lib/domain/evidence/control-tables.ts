import { controlsOf, FRAMEWORK_IDS, FRAMEWORKS } from './controls.ts';

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
