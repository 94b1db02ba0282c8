import type { CheckDefinition } from '../../domain/check/check-definition.ts';

/** Its finding is made in lib/reconcile/contacts-finding.ts. */
export const contacts: CheckDefinition = {
  id: 'contacts',
  promise: 'the plan’s four roles are filled, and alerts reach them',
  inShort: { one: 'roles are not filled' },
  severity: 'info',
  severityInWords: 'info, part of `set-up`',
  ofOrganisation: true,
  notifiedOnce: true,
  setUp: true,
  runbook: {
    means:
      'A role of the plan (Database Lead, DevOps Lead, CTO, Security), or another that the configuration names, has no contact; or its mail address or telephone number has never received a proof of the alert path.',
    risk: 'In a recovery nobody knows whom to call, or the number that is written down leads nowhere.',
    steps: [
      'Give each role a `contact` under `contacts.roles` in restorewatch.config.ts.',
      'Let the contact receive alerts: EMAIL_TO and SMS_TO, a team’s recipients, or `contacts.sms` and `contacts.email`, who are notified last.',
      '`restorewatch alerts prove` sends a synthetic P0 and P1. Contacts who are notified last get it if nobody acknowledges it.',
    ],
    over: 'Each role has a contact, and each address among them has received a proof.',
    follow: ['credential-rotation'],
  },
};
