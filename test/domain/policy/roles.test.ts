import { describe, expect, test } from 'vitest';
import { maskedAddresses, rolesToFill } from '../../../lib/domain/policy/roles.ts';

const role = (name: string, contact: string | null) => ({ role: name, contact, duty: '' });

describe('the roles to fill', () => {
  test('are the plan’s four where the policy names none', () =>
    expect(rolesToFill().map((one) => one.role)).toEqual(['Database Lead', 'DevOps Lead', 'CTO', 'Security']));

  test('are the policy’s, and those of the plan that it leaves out, whatever the case of their names', () =>
    expect(rolesToFill([role('cto', 'carl'), role('On call', 'olga')]).map((one) => one.role)).toEqual([
      'cto',
      'On call',
      'Database Lead',
      'DevOps Lead',
      'Security',
    ]));

  test.for(['TBD', ' tbd ', 'TBA', 'to be decided', 'n/a', '?', '-', 'TODO', ''])('take the contact %j for none', (contact) =>
    expect(rolesToFill([role('CTO', contact)])[0]?.contact).toBeNull(),
  );

  test.for(['Tad Bird', 'nadia', 'tbd@example.com'])('take the contact %j for one', (contact) =>
    expect(rolesToFill([role('CTO', contact)])[0]?.contact).toBe(contact),
  );
});

describe('the addresses in a contact', () => {
  test.for<[string, readonly string[]]>([
    ['dana', []],
    ['Dana <dana@example.com>', ['d…@example.com']],
    ['dana@example.com; +1 (500) 555-0006', ['d…@example.com', '+1…0006']],
    ['room 12345678', []],
  ])('of %j are %j, masked', ([contact, masked]) => expect(maskedAddresses(contact)).toEqual(masked));
});
