import { describe, expect, test } from 'vitest';
import {
  type AccountReads,
  type AccountSecret,
  type DailyFact,
  notPermitted,
  type OwnAccount,
} from '../../../lib/domain/facts/daily-facts.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { cluster, factsOf, inWords, type Looked, NOW, project, UNREAD, watcher } from '../../support/facts.ts';

/** A secret with so long to go, of a year unless its life is given. */
function secret(left: number, { life = 365 * DAY, ...said }: Partial<AccountSecret> & { readonly life?: number } = {}): AccountSecret {
  return { id: `s${left}`, createdAt: NOW + left - life, expiresAt: NOW + left, isOurs: false, ...said };
}

function account(...secrets: readonly AccountSecret[]): DailyFact<OwnAccount> {
  return known({ clientId: 'mdb_sa_id_1', secrets }, NOW);
}

function reads(accounts: AccountReads, at = NOW, watching = watcher()): Looked {
  return watching.read(factsOf([project([cluster(at)], at)], at, { accounts }));
}

function seen(watch: DailyFact<OwnAccount>): Looked {
  return reads({ watch });
}

const KEY = known({ clientId: 'abcdpubk', secrets: null }, NOW);

describe('credentials', () => {
  test.for<[string, DailyFact<OwnAccount>, string]>([
    ['a secret with more than 14 days to go is ok', account(secret(14 * DAY + 1)), 'ok'],
    ['a secret with 14 days to go is a warning', account(secret(14 * DAY)), 'failing warning'],
    ['a secret with a millisecond more than 2 days to go is a warning', account(secret(2 * DAY + 1)), 'failing warning'],
    ['a secret with 2 days to go is critical', account(secret(2 * DAY)), 'failing critical'],
    ['a secret that has expired is critical', account(secret(-HOUR)), 'failing critical'],
    ['a secret of 8 days is ok until a quarter of its life is left', account(secret(2 * DAY + 1, { life: 8 * DAY })), 'ok'],
    ['a secret of 8 days is a warning with a quarter of its life to go', account(secret(2 * DAY, { life: 8 * DAY })), 'failing warning'],
    [
      'a secret of 20 h is a warning until a twentieth of its life is left',
      account(secret(HOUR + 1, { life: 20 * HOUR })),
      'failing warning',
    ],
    ['a secret of 20 h is critical with a twentieth of its life to go', account(secret(HOUR, { life: 20 * HOUR })), 'failing critical'],
    ['a secret without a usable beginning has the limits in days', account(secret(13 * DAY, { createdAt: null })), 'failing warning'],
    ['of two secrets, the longest-lived counts', account(secret(DAY), secret(200 * DAY)), 'ok'],
    [
      'of two secrets, ours counts where Atlas tells which it is',
      account(secret(DAY, { isOurs: true }), secret(200 * DAY)),
      'failing critical',
    ],
    ['a secret without a usable end is unknown', account(secret(DAY, { expiresAt: null })), 'unknown'],
    ['of two secrets, one without a usable end may be ours', account(secret(DAY), secret(2, { expiresAt: null })), 'unknown'],
    [
      'a secret that is not ours may be without a usable end',
      account(secret(90 * DAY, { isOurs: true }), secret(2, { expiresAt: null })),
      'ok',
    ],
    ['an API key is exempt', KEY, 'exempt'],
    ['an account that cannot be read is unknown', UNREAD, 'unknown'],
    ['an account that may not read itself is not watched', notPermitted('Organization Read Only', '403'), 'exempt'],
  ])('%s', ([, watch, words]) => expect(inWords(seen(watch).finding('credentials', null))).toBe(words));

  test('says which account, until when, and how long that is', () =>
    expect(seen(account(secret(47 * HOUR))).finding('credentials', null)?.summary).toBe(
      'the secret of the service account that watches (ATLAS_CLIENT_ID) expires 2026-11-24T11:00:00Z, in 47 h',
    ));

  test('forgets the account that was signed in with before, also where the new one may not read itself', () => {
    const watching = watcher();
    reads({ watch: account(secret(DAY)) }, NOW, watching);
    const other = { ...notPermitted('Organization Read Only', '403'), ofAnother: true } as const;
    const { finding } = reads({ watch: other }, NOW + HOUR, watching);
    expect([inWords(finding('credentials', null)), finding('credentials', null)?.summary]).toEqual([
      'exempt',
      'the service account that watches (ATLAS_CLIENT_ID): not watched: needs the role Organization Read Only',
    ]);
  });

  test('follows the clock in runs that do not ask', () => {
    const watching = watcher();
    reads({ watch: account(secret(15 * DAY)) }, NOW, watching);
    expect(inWords(reads({ watch: null }, NOW + DAY, watching).finding('credentials', null))).toBe('failing warning');
  });

  test('a date that was read stays true while Atlas cannot be asked', () => {
    const watching = watcher();
    reads({ watch: account(secret(3 * DAY)) }, NOW, watching);
    expect(inWords(reads({ watch: UNREAD }, NOW + DAY, watching).finding('credentials', null))).toBe('failing critical');
  });

  test('a new secret ends it', () => {
    const watching = watcher();
    reads({ watch: account(secret(DAY)) }, NOW, watching);
    expect(inWords(reads({ watch: account(secret(DAY), secret(90 * DAY)) }, NOW + HOUR, watching).finding('credentials', null))).toBe('ok');
  });

  test('secrets of 30 days that are renewed every week raise nothing in a year', () => {
    const watching = watcher();
    const verdicts = Array.from({ length: 365 }, (_, day) => {
      const made = [0, 1, 2, 3, 4].map((back) => (Math.floor(day / 7) - back) * 7 * DAY);
      const secrets = made.map((at) => ({ id: `s${at}`, createdAt: NOW + at, expiresAt: NOW + at + 30 * DAY, isOurs: false }));
      return inWords(reads({ watch: account(...secrets) }, NOW + day * DAY, watching).finding('credentials', null));
    });
    expect(new Set(verdicts)).toEqual(new Set(['ok']));
  });

  describe('with a second account that restores', () => {
    test('the worse of both is the finding, and names both', () => {
      const finding = reads({ watch: account(secret(13 * DAY)), restore: account(secret(DAY)) }).finding('credentials', null);
      expect(inWords(finding)).toBe('failing critical');
      expect(finding?.counted).toEqual(['watch', 'restore']);
      expect(finding?.summary).toMatch(/\(ATLAS_CLIENT_ID\) expires .*; the secret .* \(ATLAS_RESTORE_CLIENT_ID\) expires/);
    });

    test('one that is ok does not hide that nobody watches the other', () => {
      const finding = reads({ watch: account(secret(90 * DAY)), restore: notPermitted('Organization Read Only', '403') }).finding(
        'credentials',
        null,
      );
      expect(inWords(finding)).toBe('ok');
      expect(finding?.summary).toMatch(
        /valid until .*; the service account that restores .*: not watched: needs the role Organization Read Only/,
      );
    });

    test('it is forgotten once it is no longer configured', () => {
      const watching = watcher();
      reads({ watch: account(secret(90 * DAY)), restore: account(secret(DAY)) }, NOW, watching);
      expect(inWords(reads({ watch: null }, NOW + HOUR, watching).finding('credentials', null))).toBe('ok');
    });
  });
});
