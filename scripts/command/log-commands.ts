import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { described, needed, type Run } from './describe.ts';
import { cursor, moment, named, wholeNumber } from './values.ts';

const BY = ['--by <name>', 'who says it; the user that is logged in unless said', named] as const;

/** Commands about what was: incidents and erasures. */
export function logCommands(run: Run): readonly CommandUnknownOpts[] {
  return [incidents(run), erasures(run)];
}

function incidents(run: Run) {
  const list = described('list', {
    about: 'Lists the incidents that were open in a span of time, the last 30 days by default, as GET /api/incidents does.',
    example: 'incidents list --from 2026-11-01T00:00:00Z --timeline',
  })
    .option('--from <moment>', 'as 2026-11-01T00:00:00Z', moment)
    .option('--to <moment>', 'until now unless said', moment)
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000), 100)
    .option('--cursor <cursor>', 'what an earlier answer gave as "next"', cursor)
    .option('--timeline', 'with what happened to each, and who did it')
    .action((options, command) => run(command, async () => (await import('../watch/incidents.ts')).listIncidents(options)));
  const note = described('note', {
    about: 'Adds a note to an incident that is open or ended in the last day. It cannot be changed afterwards.',
    example: 'incidents note --incident ID --text "the disk was full; resized it"',
  })
    .option('--incident <id>', 'has to be given: the id of the incident', named)
    .option('--text <words>', 'has to be given: what is to be noted', named)
    .option(...BY)
    .action((options, command) => {
      const incident = needed(command, '--incident <id>', options.incident);
      const text = needed(command, '--text <words>', options.text);
      return run(command, async () => (await import('../watch/incidents.ts')).noteIncident({ ...options, incident, text }));
    });
  return described('incidents', { about: 'Shows what was, and takes notes about it.', example: 'incidents list' })
    .addCommand(list)
    .addCommand(note);
}

const ERASURES = `erasures list
erasures --after-restore ID`;

function erasures(run: Run) {
  return described('erasures', { about: 'Keeps the register of erasures, which restores undo.', example: ERASURES })
    .option('--after-restore <id>', 'what that restore, restore test or drill has brought back; exit code 1 if anything', named)
    .addCommand(addErasure(run))
    .addCommand(listErasures(run))
    .addCommand(confirmErasure(run))
    .action((options, command) => {
      const id = needed(command, '--after-restore <id>', options.afterRestore);
      return run(command, async () => (await import('../watch/erasures.ts')).erasuresAfterRestore(id));
    });
}

function addErasure(run: Run) {
  return described('add', {
    about: 'Registers an erasure that was done, and says when it will have left the last backup.',
    example: 'erasures add --reference PRIV-123 --clusters orders --namespaces shop.users',
  })
    .option('--reference <id>', 'has to be given: the id of your own ticket; never a name, a mail address or a telephone number', named)
    .option('--clusters <names>', 'has to be given: names or ids, separated by commas', named)
    .option('--project <name>', 'name or id, where several projects have such a cluster', named)
    .option('--namespaces <names>', 'as shop.users, separated by commas; all of the clusters unless said', named)
    .option('--at <moment>', 'when it was done, as 2026-11-30T08:00:00Z; now unless said', moment)
    .option(...BY)
    .action((options, command) => {
      const reference = needed(command, '--reference <id>', options.reference);
      const clusters = needed(command, '--clusters <names>', options.clusters);
      return run(command, async () => (await import('../watch/erasures.ts')).addErasure({ ...options, reference, clusters }));
    });
}

function listErasures(run: Run) {
  return described('list', {
    about:
      'Lists every erasure with when it will have left the last backup, and the restores that are not finished; exit code 1 if there are any.',
    example: 'erasures list',
  }).action((_, command) => run(command, async () => (await import('../watch/erasures.ts')).listErasures()));
}

function confirmErasure(run: Run) {
  return described('confirm', {
    about: 'Records that what a restore had brought back was erased again.',
    example: 'erasures confirm --reference PRIV-123 --restore ID',
  })
    .option('--reference <id>', 'has to be given: as it was registered', named)
    .option('--restore <id>', 'has to be given: the record of the restore', named)
    .option(...BY)
    .action((options, command) => {
      const reference = needed(command, '--reference <id>', options.reference);
      const restore = needed(command, '--restore <id>', options.restore);
      return run(command, async () => (await import('../watch/erasures.ts')).confirm({ ...options, reference, restore }));
    });
}
