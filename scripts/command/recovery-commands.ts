import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { DRILL_SCENARIOS } from '../../lib/domain/recovery/restore-test.ts';
import { plural } from '../../lib/domain/text.ts';
import { described, exactlyOne, misused, needed, noneOf, type Run, YES } from './describe.ts';
import { day, named, oneOf, recoveryPoint, seconds, wholeNumber } from './values.ts';

const BY = ['--by <name>', 'who does it; the user that is logged in unless said', named] as const;

/** Commands that take backups, restore them, and prove that they can be restored. */
export function recoveryCommands(runs: Run): readonly CommandUnknownOpts[] {
  const run = cleaningFirst(runs);
  return [backup(run), validate(run), restore(run), restoreTest(run), drill(run), sandbox(run)];
}

/** Before anything else, deletes the addresses that commands which were killed left on the disk. */
function cleaningFirst(run: Run): Run {
  return (command, act, how) =>
    run(
      command,
      async (terminal) => {
        const [{ sweepPrivateFolders }, { ownProcess }] = await Promise.all([
          import('../../lib/recovery/dump/tool/own-process.ts'),
          import('../process/this-process.ts'),
        ]);
        for (const path of await sweepPrivateFolders(ownProcess, Date.now()))
          terminal.say(`deleted ${path}: a command that was killed had left an address there`);
        return act(terminal);
      },
      how,
    );
}

const BACKUP = `backup --out /backups --keep 7 --yes
backup --atlas --cluster orders --project shop`;

function backup(run: Run) {
  return described('backup', {
    about:
      "Backs up the database that MONGODB_URI names, in mongodump's format: by mongodump where it is installed, else by itself. With --atlas it takes a snapshot in Atlas instead, kept for 90 days, and waits for it.",
    example: BACKUP,
  })
    .option('--out <folder>', 'where it goes', 'backups')
    .option('--keep <count>', 'delete all but so many, the new one included, once the new one is verified', wholeNumber(1, 100_000))
    .option('--gzip', 'compress it')
    .option('--tool <tool>', 'auto, mongodump or driver', oneOf(['auto', 'mongodump', 'driver']), 'auto' as const)
    .option('--no-oplog', 'leave out what is written meanwhile')
    .option(...BY)
    .option('--atlas', 'a snapshot in Atlas')
    .option('--cluster <name>', 'of --atlas', named)
    .option('--project <name>', 'of --atlas; may be left out where restorewatch.config.ts names the cluster', named)
    .option(...YES)
    .action((options, command) => {
      if (options.atlas) noneOf(command, ['keep', 'gzip', 'tool', 'oplog'], '--atlas');
      if (options.atlas && !options.cluster) misused(command, '--atlas: say which cluster: --cluster NAME --project NAME');
      if (!options.atlas && (options.cluster ?? options.project))
        misused(command, '--cluster and --project mean something with --atlas alone');
      const { keep, out } = options;
      const asks = keep === undefined ? {} : { question: `This deletes all but ${plural(keep, 'backup')} in ${out}.` };
      return run(command, async (terminal) => (await import('../recovery/backup.ts')).backup(terminal, options), asks);
    });
}

const VALIDATE = `Restores a backup into an empty MongoDB, or one that \`restorewatch sandbox --mark\` has marked, compares what came of it, and drops it again. It asks before data of a marked sandbox is replaced. With --restored it compares what somebody restored already, by reads alone, and needs no mark. A dump without the manifest of restorewatch backup is at best "could not verify".`;

const WAYS = '--backup PATH restores a backup and compares it; --restored VARIABLE --against PATH compares what is restored already';
/** Options that mean something where a backup is restored. */
const OF_A_RESTORE = ['target', 'keepData', 'tool', 'yes'];

function validate(run: Run) {
  return described('validate', {
    about: VALIDATE,
    example:
      'validate --backup /backups/restorewatch-20261122T134200Z\nvalidate --restored RESTORED_URI --against /backups/restorewatch-20261122T134200Z',
  })
    .option('--backup <path>', 'the folder of the backup that is to be restored and compared', named)
    .option('--target <variable>', "of --backup: the environment variable that holds the target's address", 'SANDBOX_MONGODB_URI')
    .option('--keep-data', 'of --backup: leave what was restored')
    .option('--tool <tool>', 'of --backup: auto, mongorestore or driver', oneOf(['auto', 'mongorestore', 'driver']), 'auto' as const)
    .option('--restored <variable>', 'the environment variable that holds the address of what is restored already', named)
    .option('--against <path>', 'of --restored: the folder of the backup that it was restored from', named)
    .option(...BY)
    .option(...YES)
    .action((options, command) => {
      const { backup, restored, against } = options;
      if (backup !== undefined && (restored ?? against) !== undefined)
        misused(command, `--backup: not beside --restored and --against; ${WAYS}`);
      if (backup !== undefined)
        return run(command, async (terminal) => (await import('../recovery/validate.ts')).validate(terminal, { ...options, backup }));
      if (restored === undefined && against === undefined) misused(command, `say what to validate: ${WAYS}`);
      if (restored === undefined || against === undefined) misused(command, `--restored and --against go together; ${WAYS}`);
      noneOf(command, OF_A_RESTORE, '--restored');
      return run(command, async (terminal) =>
        (await import('../recovery/validate.ts')).validateRestored(terminal, { by: options.by, restored, against }),
      );
    });
}

const RESTORE = `Shows what it would do, asks for the target's name, then starts the restore and follows it. The target loses all its data: it must carry the tag restorewatch=sandbox in Atlas, be no source of a restore test, and not be watched as a cluster with data of its own. To recover for good, restore into a new cluster that carries this tag and restorewatch-exempt="recovery target", look at the data, take both tags away, and move the application's connection string.`;

function restore(run: Run) {
  return described('restore', {
    about: RESTORE,
    example: 'restore --cluster orders --to 2026-11-22T13:42:00Z --target restore-sandbox',
  })
    .option('--cluster <name>', 'has to be given: what is restored', named)
    .option('--to <moment>', 'has to be given: a moment, as 2026-11-22T13:42:00Z, or the id of a snapshot', recoveryPoint)
    .option('--target <name>', 'has to be given: the cluster whose data is replaced', named)
    .option('--project <name>', 'may be left out where restorewatch.config.ts names the cluster', named)
    .option('--target-project <name>', 'the same', named)
    .option(...BY)
    .option('-y, --yes', "do not ask for the target's name first")
    .action((options, command) => {
      const cluster = needed(command, '--cluster <name>', options.cluster);
      const to = needed(command, '--to <moment>', options.to);
      const target = needed(command, '--target <name>', options.target);
      const asks = { question: `This replaces all data of ${target}.`, asksLater: true };
      const asked = { ...options, cluster, to, target };
      return run(command, async (terminal) => (await import('../recovery/restore.ts')).restore(terminal, asked), asks);
    });
}

const RESTORE_TEST = `restore-test --start weekly
restore-test --status`;

function restoreTest(run: Run) {
  return (
    described('restore-test', {
      about: 'Begins a planned restore test and follows it, moves those under way on, or shows what was proven last.',
      example: RESTORE_TEST,
    })
      .option('--start <plan>', 'begin a test of this plan of restorewatch.config.ts now, and follow it', named)
      .option('--source <cluster>', 'of --start: which source of the plan', named)
      .option('--advance', 'move those under way on from here, until they end (CI, or a network that reaches the sandbox)')
      .option('--status', 'what is under way, and what was proven last')
      // Atlas tells no progress of a restore; a small one takes some four minutes (median 230 s).
      .option('--every <seconds>', 'how long to wait between two looks at Atlas', seconds(0.1, 3_600), 20)
      .option(...BY)
      .option(...YES)
      .action((options, command) => {
        exactlyOne(command, ['start', 'advance', 'status']);
        if (options.source !== undefined && options.start === undefined) misused(command, '--source: means something with --start alone');
        const asks =
          options.start === undefined ? {} : { question: `This restores a backup into the sandbox of the plan ${options.start}.` };
        return run(command, async (terminal) => (await import('../recovery/restore-test.ts')).restoreTest(terminal, options), asks);
      })
  );
}

const DRILL = `drill --scenario corruption
drill --checklist
drill --scenario breach --step 1 --note "keys revoked"
drill --follow-up "a deputy" --due 2026-12-01`;

function drill(run: Run) {
  return described('drill', { about: 'Begins a drill and follows it, or keeps what is learnt from one.', example: DRILL })
    .option('--scenario <name>', `begin one: ${DRILL_SCENARIOS.join(', ')} (breach is a tabletop, by a checklist)`, oneOf(DRILL_SCENARIOS))
    .option('--target <cluster>', 'of --scenario: which cluster that restorewatch.config.ts names', named)
    .option('--checklist', 'show the checklist of the breach tabletop; nothing begins')
    .option('--step <number>', 'report a step of the breach tabletop that is under way', wholeNumber(1, 99))
    .option('--note <words>', 'of --step: what came of it')
    .option('--advance', 'move those under way on, until they end')
    .option('--list', 'under way, done, refused, and open follow-ups')
    .option('--lesson <words>', "add to a report (the last drill's)")
    .option('--follow-up <words>', 'open a follow-up')
    .option('--due <day>', 'of --follow-up, as 2026-12-01', day)
    .option('--close <id>', 'close a follow-up', named)
    .option('--report', 'write a report again')
    .option('--id <drill>', 'of --lesson, --follow-up and --report: which drill', named)
    .option('--out <folder>', 'where reports go', './drills')
    .option(...BY)
    .option(...YES)
    .action((options, command) => {
      exactlyOne(command, ['scenario', 'checklist', 'advance', 'list', 'lesson', 'follow-up', 'close', 'report']);
      if (options.step !== undefined && options.scenario !== 'breach') misused(command, '--step: goes with --scenario breach');
      if (options.step !== undefined && !options.note?.trim()) misused(command, '--step: say what came of it, by --note "…"');
      const begins = options.scenario !== undefined && options.step === undefined;
      const asks = begins ? { question: `This begins a drill of ${options.scenario}.` } : {};
      return run(command, async (terminal) => (await import('../recovery/drill.ts')).drill(terminal, options), asks);
    });
}

function sandbox(run: Run) {
  return described('sandbox', {
    about:
      'Says whether the sandbox can be reached, who marked it, who uses it, and what the interlock would say. It changes nothing, unless --mark is given: then it makes sure that the server is no source, asks, and marks it as one whose data may be lost.',
    example: 'sandbox\nsandbox --mark',
  })
    .option('--target <variable>', "the environment variable that holds the sandbox's address", 'SANDBOX_MONGODB_URI')
    .option('--mark', 'mark it as a sandbox: its data may be overwritten from then on')
    .option(...BY)
    .option(...YES)
    .action((options, command) => {
      if (!options.mark) noneOf(command, ['by', 'yes'], 'a sandbox that is only looked at');
      return run(command, async (terminal) => (await import('../recovery/sandbox.ts')).sandbox(terminal, options));
    });
}
