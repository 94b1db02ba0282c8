import type { DemoRestore } from './restore.ts';

/** Who is called last, when nobody has acknowledged. */
export const CONTACT = { phone: '+15005550011', name: 'the head of operations' };

/** Whom the alert path reaches first: the environment has the same (app.ts). A role whose contact no message ever reached would be a finding. */
export const ON_CALL = { phone: '+15005550010', mail: 'oncall@example.com' };

/** What the company of the demo promised, as a POLICY_FILE. */
export function policyOf({ plan, assertion }: Pick<DemoRestore, 'plan' | 'assertion'>): object {
  const role = (role: string, contact: string): object => ({ role, contact });
  return {
    contacts: {
      sms: [CONTACT.phone],
      email: ['head-of-operations@example.com'],
      roles: [
        role('Database Lead', ON_CALL.mail),
        role('DevOps Lead', ON_CALL.phone),
        role('CTO', ON_CALL.mail),
        role('Security', ON_CALL.mail),
      ],
    },
    restoreTests: [plan],
    assertions: [assertion],
    drills: [{ name: 'tabletop', scenario: 'breach', target: plan.target, everyDays: 60 }],
    alertProof: { cron: '0 9 1 * *', timeZone: 'UTC' },
    clusters: [
      { cluster: 'tutorial', exempt: 'a playground, rebuilt from fixtures' },
      { cluster: 'archive', exempt: 'paused for good; its last snapshot was exported' },
    ],
  };
}
