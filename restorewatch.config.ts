import { defineConfig } from './lib/config/policy/define-config.ts';

/**
 * What you promise. Everything left out is the plan's number (docs/configuration.md). Some examples:
 *
 *   routes: { P1: ['slack'] },
 *   projects: { staging: { backupAge: { limitHours: 48 }, pitr: { wanted: false } } },
 *   clusters: [
 *     { cluster: 'scratch', exempt: 'rebuilt from fixtures every night' },
 *     { tag: 'tier=gold', rpo: { targetMinutes: 15 } },
 *   ],
 *
 * Teams: who is told instead of the default recipients that the environment names. The first that fits is told; what a team leaves out goes to
 * the default recipients of that channel. Import `env` beside `defineConfig`; it takes the name of a variable, never a secret.
 * `restorewatch route --cluster orders --check backup-age` explains who would be told, and why.
 *
 *   teams: [
 *     {
 *       name: 'payments',
 *       match: { project: 'shop', tag: 'team=payments' },
 *       to: { pagerduty: env('PD_PAYMENTS'), slack: { channel: 'C0123456789', token: env('SLACK_PAYMENTS') } },
 *     },
 *     { name: 'data', match: { cluster: 'warehouse' }, to: { email: ['data@example.com'], sms: ['+15005550010'] } },
 *   ],
 */
export default defineConfig({});
