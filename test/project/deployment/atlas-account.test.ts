import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { VARIABLE_NAMES } from '../../../lib/config/environment/variables.ts';
import { textOf } from '../documents.ts';

const TERRAFORM = textOf('docs/deployment/atlas/main.tf');
const CLI = textOf('docs/deployment/atlas/atlas-cli.sh');
/** What reads and cannot change anything: "Project Read Only", "Organization Read Only". */
const READ_ONLY = ['GROUP_READ_ONLY', 'ORG_READ_ONLY'];

const captured = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].toSorted();

describe('the service account by Terraform', () => {
  test('has every brace and bracket closed', () => {
    for (const [open, close] of ['{}', '[]', '()']) expect(TERRAFORM.split(open ?? '').length).toBe(TERRAFORM.split(close ?? '').length);
  });

  test('refers to what it declares, and declares nothing else', () => {
    expect(captured(TERRAFORM, /\bvar\.(\w+)/g)).toEqual(captured(TERRAFORM, /^variable "(\w+)"/gm));
    const declared = [...TERRAFORM.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`);
    expect(captured(TERRAFORM, /= (mongodbatlas_\w+\.\w+)\./g).filter((name) => !declared.includes(name))).toEqual([]);
    expect(declared).toEqual([
      'mongodbatlas_service_account.restorewatch',
      'mongodbatlas_service_account_project_assignment.restorewatch',
      'mongodbatlas_service_account_access_list_entry.restorewatch',
    ]);
  });

  test('gives out what the environment takes, the secret as one', () => {
    const outputs = captured(TERRAFORM, /^output "(\w+)"/gm);
    expect(outputs).toEqual(['ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET']);
    expect(outputs.filter((name) => !VARIABLE_NAMES.some((known) => known === name))).toEqual([]);
    expect(TERRAFORM).toMatch(/output "ATLAS_CLIENT_SECRET" \{[^}]*sensitive = true/);
  });
});

describe('the service account by the Atlas CLI', () => {
  test('is a script that bash can read', () =>
    expect(spawnSync('bash', ['-n'], { input: CLI, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' }));

  test('without its arguments fails before it calls anything, and says which is missing', () => {
    const { status, stderr } = spawnSync('bash', ['-s', 'org'], {
      input: CLI,
      encoding: 'utf8',
      env: { NODE_ENV: 'test', PATH: process.env['PATH'] ?? '' },
    });
    expect([status === 0, stderr]).toEqual([false, expect.stringContaining('ADDRESS is missing')]);
  });

  test('makes the account, assigns it and opens its list, by the operations of Atlas’s API', () => {
    expect([...CLI.matchAll(/atlas api serviceAccounts (\w+)/g)].map(([, name]) => name)).toEqual([
      'createOrgServiceAccount',
      'inviteGroupServiceAccount',
      'createOrgServiceAccountAccessList',
    ]);
  });

  test('sends an account with a name and a description as Atlas takes them', () => {
    const text = z.string().regex(/^[\p{L}\p{N}\-_.,' ]+$/u);
    const account = z.strictObject({
      name: text.max(64),
      description: text.max(250),
      roles: z.array(z.string()),
      secretExpiresAfterHours: z.number(),
    });
    expect(() => account.parse(JSON.parse(/^account='(.*)'$/m.exec(CLI)?.[1] ?? ''))).not.toThrow();
  });
});

test.for([
  ['Terraform', TERRAFORM],
  ['the Atlas CLI', CLI],
] as const)('by %s the account may only read', ([, text]) => {
  const roles = [...text.matchAll(/"?roles"?(?: {0,}=|:) *\[([^\]]*)\]/g)].flatMap(([, list = '']) => list.match(/\w+/g) ?? []);
  expect(roles.toSorted()).toEqual(READ_ONLY);
});
