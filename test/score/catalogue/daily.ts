import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { emulatedSecret } from '../../emulators/atlas-daily-routes.ts';
import type { Act, Chapter, Expected, Fault, Setup } from '../fault.ts';
import type { World } from '../world.ts';
import { edit, NEXT_CHECK } from './acts.ts';

/** What no event reports is found by the next daily reading (docs/contract.md, clause 10). */
const NEXT_READING = DAY + NEXT_CHECK;
const ORGANISATION = 'the Atlas organisation';

const withKey: Setup = { before: ({ shop }) => void (shop.key = { provider: 'awsKms', valid: true }) };

function setKey(valid: boolean): Act {
  return ({ shop }) => void (shop.key &&= { ...shop.key, valid });
}

function keyExpected(severity: Expected['severity'], within: Expected['within']): Expected {
  return { check: 'encryption-key', severity, about: 'shop', within };
}

const keys: readonly Fault[] = [
  {
    id: 'key-invalid-with-event',
    title: 'somebody disables the customer’s key, and Atlas’s event says so',
    source: '[S] docs/facts/atlas.md §6, §12 (`AWS_ENCRYPTION_KEY_INVALID`, `encryptionAtRest`)',
    setup: withKey,
    start: (world) => {
      void setKey(false)(world);
      world.shop.addEvent('AWS_ENCRYPTION_KEY_INVALID', 0);
    },
    expect: [keyExpected('critical', 2 * NEXT_CHECK)],
    lasts: 4 * HOUR,
    mend: setKey(true),
  },
  {
    id: 'key-invalid-silently',
    title: 'the customer’s key becomes invalid without an event',
    source: '[S] docs/facts/atlas.md §12 (`encryptionAtRest`, `valid`)',
    setup: withKey,
    start: setKey(false),
    expect: [keyExpected('critical', NEXT_READING + HOUR)],
    lasts: 27 * HOUR,
    mend: setKey(true),
  },
  {
    id: 'key-invalid-for-minutes',
    title: 'Atlas calls the customer’s key invalid, and valid again ten minutes later',
    source: '[S] docs/facts/atlas.md §6',
    setup: withKey,
    start: ({ shop }) => void shop.addEvent('AWS_ENCRYPTION_KEY_INVALID', 0),
    later: [[10 * MINUTE, ({ shop }) => void shop.addEvent('AWS_ENCRYPTION_KEY_VALID', 0)]],
    expect: [],
    lasts: 4 * HOUR,
  },
  {
    id: 'key-needs-rotation',
    title: 'Atlas asks to rotate the customer’s key',
    source: '[S] docs/facts/atlas.md §6 (`AWS_ENCRYPTION_KEY_NEEDS_ROTATION`)',
    setup: withKey,
    start: ({ shop }) => void shop.addEvent('AWS_ENCRYPTION_KEY_NEEDS_ROTATION', 0),
    expect: [keyExpected('info', NEXT_CHECK)],
    lasts: 3 * HOUR,
    mend: ({ shop }) => void shop.addEvent('AWS_ENCRYPTION_KEY_ROTATED', 0),
  },
];

/** Our own account's secrets: each with the days that it has lived and has to go. */
function secrets(...spans: readonly (readonly [lived: number, left: number, used?: number])[]): Act {
  return ({ atlas, time }) => {
    const now = time.now();
    atlas.accounts[atlas.credentials.clientId] = spans.map(([lived, left, used]) =>
      emulatedSecret(now - lived * DAY, now + left * DAY, used === undefined ? {} : { lastUsedAt: now - used }),
    );
  };
}

function secretExpected(severity: Expected['severity']): Expected {
  return { check: 'credentials', severity, about: ORGANISATION, within: NEXT_READING };
}

const renewed = secrets([1, 364]);

/** Atlas notes the use of a secret when we sign in. */
function usedNow({ atlas, time }: World): void {
  atlas.fault(
    /serviceAccounts/,
    edit((body) => {
      // The emulator answers a list of objects.
      const [old, ...others] = body['secrets'] as readonly object[];
      return { ...body, secrets: [{ ...old, lastUsedAt: new Date(time.now()).toISOString() }, ...others] };
    }),
  );
}

const accounts: readonly Fault[] = [
  {
    id: 'secret-expires-in-ten-days',
    title: 'the secret of our service account expires in ten days',
    source: '[S] docs/facts/atlas.md §9, §12 (`secrets[].expiresAt`)',
    start: secrets([355, 10]),
    expect: [secretExpected('warning')],
    lasts: 26 * HOUR,
    mend: renewed,
  },
  {
    id: 'secret-expires-in-two-days',
    title: 'the secret of our service account expires in two days',
    source: '[S] docs/facts/atlas.md §9, §12 (`secrets[].expiresAt`)',
    start: secrets([363, 2]),
    expect: [secretExpected('critical')],
    lasts: 26 * HOUR,
    mend: renewed,
  },
  {
    id: 'secret-renewed-and-not-used',
    title: 'a new secret was made, but the old one, which is about to expire, is still the one in use',
    source: '[S] docs/facts/atlas.md §12 (`secrets[].lastUsedAt`)',
    start: (world) => {
      void secrets([363, 2], [1, 90])(world);
      usedNow(world);
    },
    expect: [secretExpected('critical')],
    lasts: 26 * HOUR,
  },
  {
    id: 'secret-renewed',
    title: 'the old secret of our service account runs out, and a new one lives longer',
    source: '[S] docs/facts/atlas.md §12',
    start: secrets([363, 1, HOUR], [1, 90, HOUR]),
    expect: [],
    lasts: 26 * HOUR,
  },
  {
    id: 'secret-without-an-end',
    title: 'Atlas sends no usable end of our secret: nobody knows when we will be blind',
    source: '[I] a malformed `expiresAt`',
    start: ({ atlas }) =>
      atlas.fault(
        /serviceAccounts/,
        // The emulator answers a list of objects.
        edit((body) => ({ ...body, secrets: (body['secrets'] as readonly object[]).map((one) => ({ ...one, expiresAt: 'never' })) })),
      ),
    expect: [{ check: 'visibility', severity: 'warning', about: ORGANISATION, within: NEXT_READING + HOUR }],
    lasts: 28 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
];

const owned: Setup = { before: ({ shop }) => void (shop.isOwned = true) };
const withAlerts: Setup = {
  before: ({ shop }) => {
    for (const type of ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD', 'CPS_OPLOG_BEHIND'])
      shop.alertConfigs.push({ type, enabled: true, threshold: 12, units: 'HOURS' });
  },
};

const settings: readonly Fault[] = [
  {
    id: 'audit-log-off',
    title: 'somebody switches database auditing off',
    source: '[S] docs/facts/atlas.md §7 (`auditLog.enabled`)',
    setup: owned,
    start: ({ shop }) => void (shop.audited = false),
    expect: [{ check: 'access-logging', severity: 'info', about: 'shop', within: NEXT_READING }],
    lasts: 26 * HOUR,
    mend: ({ shop }) => void (shop.audited = true),
  },
  {
    id: 'audit-log-role-taken',
    title: 'our role to read the audit log is taken away',
    source: '[S] docs/facts/atlas.md §7 (Project Owner)',
    setup: owned,
    start: ({ shop }) => void (shop.isOwned = false),
    expect: [{ check: 'access-logging', severity: 'info', about: 'shop', within: NEXT_READING }],
    lasts: 30 * HOUR,
    mend: ({ shop }) => void (shop.isOwned = true),
  },
  {
    id: 'audit-log-role-never',
    title: 'our role never permitted to read the audit log',
    source: '[S] docs/facts/atlas.md §7 (Project Owner)',
    start: () => {},
    expect: [],
    lasts: 30 * HOUR,
  },
  {
    id: 'audit-log-unreadable',
    title: 'Atlas fails to say whether auditing is on',
    source: '[R] docs/facts/atlas.md §10 (500 `UNEXPECTED_ERROR`)',
    setup: owned,
    start: ({ atlas }) => atlas.fault(/auditLog/, { kind: 'status', status: 500, body: { errorCode: 'UNEXPECTED_ERROR' } }),
    expect: [{ check: 'visibility', severity: 'warning', about: 'shop', within: NEXT_READING + HOUR }],
    lasts: 28 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'alert-config-deleted',
    title: 'somebody deletes Atlas’s own alert about late snapshots',
    source: '[S] docs/facts/atlas.md §6',
    setup: withAlerts,
    start: ({ shop }) => void shop.alertConfigs.shift(),
    expect: [{ check: 'alert-configs', severity: 'info', about: 'shop', within: NEXT_READING }],
    lasts: 26 * HOUR,
    mend: ({ shop }) => void shop.alertConfigs.push({ type: 'CPS_SNAPSHOT_BEHIND', enabled: true, threshold: 12, units: 'HOURS' }),
  },
  {
    id: 'alert-config-disabled',
    title: 'somebody disables Atlas’s own alert about the oplog',
    source: '[S] docs/facts/atlas.md §6',
    setup: withAlerts,
    start: ({ shop }) =>
      void (shop.alertConfigs = shop.alertConfigs.map((one) => (one.type === 'CPS_OPLOG_BEHIND' ? { ...one, enabled: false } : one))),
    expect: [{ check: 'alert-configs', severity: 'info', about: 'shop', within: NEXT_READING }],
    lasts: 26 * HOUR,
  },
  {
    id: 'alert-config-never',
    title: 'Atlas’s own alerts about backups were never configured: that waits to be set up',
    source: '[S] docs/facts/atlas.md §6',
    start: () => {},
    expect: [],
    lasts: 30 * HOUR,
  },
];

export const DAILY: Chapter = {
  heading: 'What is read once a day: keys, secrets, auditing, alert configurations (docs/facts/atlas.md §6, §7, §12)',
  faults: [...keys, ...accounts, ...settings],
};
