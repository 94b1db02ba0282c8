import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { PRIORITIES } from '../../lib/domain/policy/policy.ts';
import { RECORD_KINDS } from '../../lib/domain/recovery/log-record.ts';
import { CHANNEL_IDS } from '../../lib/deliver/channels/registry.ts';
import { backupAge } from '../../lib/evaluate/checks/backup-age.ts';
import { CHECK_IDS } from '../../lib/evaluate/checks/registry.ts';
import { isUserName, ROLES } from '../../lib/config/environment/status-users.ts';
import { evidence } from './evidence-commands.ts';
import { described, exactlyOne, misused, needed, noneOf, type Run, YES } from './describe.ts';
import { cursor, duration, named, oneOf, NAME_RULE, pairs, seconds, wholeNumber } from './values.ts';
import { userNamed } from '../terminal/words.ts';

/** Commands that show, explain and settle who is notified. */
export function watchCommands(run: Run): readonly CommandUnknownOpts[] {
  return [status(run), doctor(run), alerts(run), silence(run), accept(run), route(run), records(run), evidence(run), user(run)];
}

function status(run: Run) {
  return described('status', {
    about: 'What the page answers, as a table: which cluster can be restored, to when, and who has what is open.',
    example: 'status',
    codes: 'Exit codes, as of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL (or a wrong call), 3 UNKNOWN',
  }).action((_, command) => run(command, async (terminal) => (await import('../watch/status.ts')).status(terminal), { isPlugin: true }));
}

function doctor(run: Run) {
  return described('doctor', {
    about: 'Examines environment, state, crons, Atlas and each channel: what passes, what is to be mended, and how. It notifies nobody.',
    example: 'doctor',
  }).action((_, command) => run(command, async (terminal) => (await import('../watch/doctor.ts')).doctor(terminal)));
}

function alerts(run: Run) {
  const test = described('test', {
    about: 'Sends one marked message through a real channel and says what the provider answered.',
    example: 'alerts test --channel pagerduty',
  })
    .option('--channel <id>', `has to be given: ${CHANNEL_IDS.join(', ')}`, oneOf(CHANNEL_IDS))
    .option('--team <name>', 'to the recipients of a team of restorewatch.config.ts', named)
    .option(
      '--ring <seconds>',
      'how long it rings before it is resolved: one that is resolved at once may never ring',
      seconds(0, 3_600),
      30,
    )
    .option(...YES)
    .action((options, command) => {
      const channel = needed(command, '--channel <id>', options.channel);
      const question = `This sends a test alert by ${channel} to real people.`;
      return run(command, async (terminal) => (await import('../watch/alerts.ts')).testAlert(terminal, { ...options, channel }), {
        question,
      });
    });
  const prove = described('prove', {
    about: 'Sends a synthetic P0 and P1, marked as a test, through all real channels. They end by themselves in 10 minutes.',
    example: 'alerts prove',
  })
    .option(...YES)
    .action((_, command) => {
      const question = 'This sends a test alert of P0 and one of P1 through all channels: phones ring.';
      return run(command, async () => (await import('../watch/alerts.ts')).prove(), { question });
    });
  return described('alerts', { about: 'Tries the way of an alert to a person.', example: 'alerts test --channel sms' })
    .addCommand(test)
    .addCommand(prove);
}

const SILENCE = `silence --cluster orders --for 2h --why "disk resize"
silence --cluster orders --cron "0 22 * * 6" --time-zone Europe/Berlin --minutes 120 --why "patch night"
silence --end ID`;

/** What a silence or a window is made of. */
const OF_A_SILENCE = ['project', 'cluster', 'check', 'priority', 'for', 'cron', 'timeZone', 'minutes', 'why'];

function silence(run: Run) {
  return described('silence', { about: 'Makes, lists and ends silences and maintenance windows.', example: SILENCE })
    .configureOutput({ outputError: audited })
    .option('--project <name>', 'name or id', named)
    .option('--cluster <name>', 'name or id', named)
    .option('--check <id>', 'a check by its id', oneOf(CHECK_IDS))
    .option('--priority <priority>', PRIORITIES.join(', '), oneOf(PRIORITIES))
    .option('--for <duration>', 'how long: 90m, 2h or 3d', duration)
    .option('--cron <expression>', 'a maintenance window: when it begins, again and again')
    .option('--time-zone <name>', 'of --cron, as Europe/Berlin')
    .option('--minutes <count>', 'of --cron: how long each time', wholeNumber(1, 100_000))
    .option('--why <words>', 'why, in words')
    .option('--by <name>', 'who asks; the user that is logged in unless said', named)
    .option('--list', 'show what holds now')
    .option('--end <id>', 'end one', named)
    .action(async (options, command) => {
      const isWindow = options.cron !== undefined || options.minutes !== undefined || options.timeZone !== undefined;
      if (isWindow && options.for !== undefined)
        misused(command, '--for: a maintenance window ends after its --minutes; leave one of the two out');
      if (!isWindow) exactlyOne(command, ['for', 'list', 'end'], '--for: how long, as 90m, 2h or 3d; a silence has an end');
      const makes = options.list === undefined && options.end === undefined;
      if (!makes) noneOf(command, OF_A_SILENCE, options.list ? '--list' : '--end');
      const { wrongSilence } = await import('../watch/wrong-silence.ts');
      const wrong = makes ? wrongSilence(options, options.for, Date.now()) : [];
      if (wrong.length > 0) misused(command, wrong.join('; '));
      return run(command, async () => (await import('../watch/silence.ts')).silence(options));
    });
}

/** What is refused leaves a line of the audit, as a silence that the page refuses does. */
function audited(words: string, write: (text: string) => void): void {
  write(`${words}restorewatch: audit: refused: a silence asked for by ${userNamed(undefined)}: ${words.replace(/^error: /, '')}`);
}

const ACCEPT = `accept --cluster orders --why "a cheaper schedule for the test cluster"
accept --list
accept --end ID`;

function accept(run: Run) {
  return described('accept', {
    about: 'Accepts a backup schedule that keeps less than it did, with a reason. The incident ends; a further weakening opens a new one.',
    example: ACCEPT,
  })
    .option('--cluster <name>', 'name or id', named)
    .option('--project <name>', 'name or id, where several clusters have the name', named)
    .option('--why <words>', 'why, in words', named)
    .option('--by <name>', 'who accepts it; the user that is logged in unless said', named)
    .option('--list', 'show what is accepted now')
    .option('--end <id>', 'take one back', named)
    .action((options, command) => {
      exactlyOne(command, ['cluster', 'list', 'end'], '--cluster: whose schedule is accepted');
      if (options.cluster === undefined) noneOf(command, ['project', 'why'], options.list ? '--list' : '--end');
      else needed(command, '--why <words>', options.why);
      return run(command, async () => (await import('../watch/accept.ts')).accept(options));
    });
}

function route(run: Run) {
  return described('route', {
    about: 'Explains who would be notified of what, by which channels, and why. It sends nothing.',
    example: 'route --cluster orders --check rpo --priority P0',
  })
    .option('--cluster <name>', 'name or id; without it and --project: what is about the organisation', named)
    .option('--project <name>', 'name or id; alone: what is about all of it', named)
    .option('--check <id>', 'a check by its id', oneOf(CHECK_IDS), backupAge.id)
    .option('--priority <priority>', 'all three unless said', oneOf(PRIORITIES))
    .option('--tag <key=value>', 'of a cluster that no run has seen; may be repeated', pairs)
    .action((options, command) => run(command, async () => (await import('../watch/route.ts')).route(options)));
}

const KINDS = [...RECORD_KINDS, 'audit'] as const;

/** What says which records a file has. */
const OF_A_FILE = ['format', 'kind', 'limit', 'before', 'auditBefore'];

function records(run: Run) {
  return described('records', {
    about: 'Prints the records of tests, drills, backups and restores with their evidence, and the audit trail, as GET /api/records does.',
    example: 'records --kind restore-test --format csv',
  })
    .option('--format <format>', 'json or csv', oneOf(['json', 'csv']), 'json' as const)
    .option('--kind <kind>', KINDS.join(', '), oneOf(KINDS))
    .option('--limit <count>', 'at most so many, newest first', wholeNumber(1, 200), 50)
    .option('--before <cursor>', 'go on where an earlier answer said "next"', cursor)
    .option('--audit-before <number>', 'entries of the audit trail before this one', wholeNumber(1, 999_999_999))
    .option('--verify', 'say whether the audit trail is whole, and which entry is missing or changed')
    .action((options, command) => {
      if (options.verify) {
        noneOf(command, OF_A_FILE, '--verify');
        return run(command, async () => (await import('../watch/records.ts')).verifiedTrail());
      }
      if (options.json && options.format === 'csv') misused(command, '--json and --format csv: leave one of the two out');
      return run(command, async (terminal) => (await import('../watch/records.ts')).records(terminal, options));
    });
}

function user(run: Run) {
  return described('user', {
    about: 'Asks for a password (on a terminal twice; else standard input has it) and prints the line for STATUS_USERS.',
    example: 'user alice --role viewer',
  })
    .argument('<name>', 'up to 64 letters, digits, dots, dashes, underscores or @')
    .option(
      '--role <role>',
      'viewer: may only look; responder: acknowledges, silences and writes notes too',
      oneOf(ROLES),
      'responder' as const,
    )
    .action((name, { role }, command) => {
      // Here, since the parser would show what it refuses: `alice:PASSWORD`, as a line of STATUS_USERS has it.
      if (!isUserName(name)) misused(command, `name: ${NAME_RULE}`);
      return run(command, async (terminal) => (await import('../watch/user.ts')).user(terminal, { name, role }));
    });
}
