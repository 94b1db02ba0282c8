import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith } from '../../support/services.ts';
import { filesNamed, ROOT, textOf } from '../documents.ts';

const FOLDER = 'docs/deployment/systemd';
const UNITS = filesNamed(`${FOLDER}/*.service`, `${FOLDER}/*.timer`);
/** Where the units expect the project. */
const INSTALLED = '/opt/restorewatch';
const CRONS: readonly { readonly path: string; readonly schedule: string }[] = JSON.parse(textOf('vercel.json')).crons;

/** The values of a key in a unit, in order. */
function valuesOf(path: string, key: string): readonly string[] {
  return [...textOf(path).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

/** "17 3 * * *" as systemd writes it; of the forms that vercel.json uses. */
function calendarOf(schedule: string): string {
  const [minute = '', hour = ''] = schedule.split(' ');
  const at = (field: string): string => (field === '*' ? '*' : field.replace(/^\*\//, '00/').padStart(2, '0'));
  return `*-*-* ${at(hour)}:${at(minute)}:00 UTC`;
}

describe('the units for systemd', () => {
  test.for(CRONS)('have a timer for $path, at the times of vercel.json', ({ path, schedule }) => {
    const route = basename(path);
    const timer = `${FOLDER}/restorewatch-${route}.timer`;
    expect(valuesOf(timer, 'OnCalendar')).toEqual([calendarOf(schedule)]);
    expect(valuesOf(timer, 'Unit')).toEqual([`restorewatch-call@${route}.service`]);
  });

  test('start what the project has', () => {
    const programs = UNITS.flatMap((path) => valuesOf(path, 'ExecStart')).flatMap((line) => line.split(' '));
    const paths = programs.filter((word) => /[/]/.test(word)).map((word) => word.replace(INSTALLED, '.'));
    expect(paths).toHaveLength(3);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(() => accessSync(join(ROOT, FOLDER, 'call-cron.sh'), constants.X_OK)).not.toThrow();
  });

  test('stand in docs/deployment/server.md beside a command whose program systemd-run finds from any folder', () => {
    // It looks for a relative one in the folder of whoever calls, not in WorkingDirectory.
    const [, program = '', script = ''] = /systemd-run [^`]*\n[^`]*-E \S+ (\S+) (\S+)/.exec(textOf('docs/deployment/server.md')) ?? [];
    expect([program, existsSync(join(ROOT, script))]).toEqual([`${INSTALLED}/node_modules/.bin/node`, true]);
  });

  test('have no secret in them, and run as nobody who may do more', () => {
    for (const path of UNITS.filter((unit) => unit.endsWith('.service'))) {
      expect(valuesOf(path, 'Environment').join(' ')).not.toMatch(/SECRET|TOKEN|PASSWORD/);
      expect(valuesOf(path, 'EnvironmentFile')).toEqual(['/etc/restorewatch/environment']);
      expect([...valuesOf(path, 'User'), ...valuesOf(path, 'DynamicUser')]).toEqual([path.includes('call@') ? 'yes' : 'restorewatch']);
    }
  });
});

describeWith('systemd-analyze', 'systemd itself', (program) => {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-units-'));
  const copyOf = (unit: string): string => join(folder, basename(unit));
  // It asks whether each program is there, so these copies name the ones of this tree.
  beforeAll(() => {
    for (const unit of UNITS) writeFileSync(copyOf(unit), textOf(unit).replaceAll(INSTALLED, ROOT));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const analyse = (...args: readonly string[]) => spawnSync(program, args, { encoding: 'utf8' });

  test('finds nothing wrong with the units', () => {
    const { status, stdout, stderr } = analyse('verify', ...UNITS.map(copyOf));
    expect({ status, output: stdout + stderr }).toEqual({ status: 0, output: '' });
  });

  test('would find a setting that it does not know', () => {
    writeFileSync(join(folder, 'wrong.service'), '[Service]\nExecStart=/bin/true\nProtectSystme=strict\n');
    expect(analyse('verify', join(folder, 'wrong.service')).stderr).toContain('ProtectSystme');
  });

  test.for(UNITS.filter((unit) => unit.endsWith('.service')))('calls %s exposed by at most 2.5 of 10', (unit) => {
    const { status, stdout, stderr } = analyse('security', '--no-pager', '--offline=true', '--threshold=25', copyOf(unit));
    expect(status, stdout + stderr).toBe(0);
  });
});
