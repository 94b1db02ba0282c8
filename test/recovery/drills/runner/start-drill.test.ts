import { describe, expect, test } from 'vitest';
import { policyOf } from '../../../../lib/config/policy/define-config.ts';
import { chosenDrill, reportStep, startDrill } from '../../../../lib/recovery/drills/runner/start-drill.ts';
import { BREACH_STEPS } from '../../../../lib/recovery/drills/breach-tabletop.ts';
import {
  addFollowUp,
  addLesson,
  closeFollowUp,
  endOfDay,
  readReport,
  type PortsWithSecrets,
} from '../../../../lib/recovery/drills/runner/drill-lessons.ts';
import { followDrill } from '../../../../lib/recovery/drills/runner/advance-drills.ts';
import { markdownOf } from '../../../../lib/recovery/drills/drill-report.ts';
import { storeWith } from '../../../support/ports.ts';
import { type DrillStage, drillStage, SECRET, stubSandbox } from '../drill-stage.ts';

const DAY_BEFORE_LAST = Date.UTC(2026, 10, 30, 23, 59, 59, 999);

describe('choosing the cluster of a drill by hand:', () => {
  const target = (cluster: string) => ({ project: 'shop', cluster });
  const { general } = policyOf({
    drills: [
      { name: 'one', scenario: 'corruption', target: target('sandbox') },
      { name: 'two', scenario: 'deletion', target: target('sandbox') },
      { name: 'three', scenario: 'deletion', target: target('sandbox-2') },
    ],
    restoreTests: [{ name: 'weekly', sources: [target('orders')], target: target('restores') }],
  });
  test.for([
    [{ scenario: 'corruption' }, 'one', 'sandbox'],
    [{ scenario: 'deletion', target: 'sandbox-2' }, 'three', 'sandbox-2'],
    [{ scenario: 'deletion', target: 'shop/sandbox' }, 'two', 'sandbox'],
    [{ scenario: 'corruption', target: 'sandbox-2' }, null, 'sandbox-2'],
    [{ scenario: 'region-outage', target: 'restores' }, null, 'restores'],
    [{ scenario: 'breach' }, null, undefined],
  ] as const)('%j: plan %s, cluster %s', ([asked, plan, cluster]) => {
    const chosen = chosenDrill(general, asked);
    expect([chosen.plan, chosen.targetName?.cluster]).toEqual([plan, cluster]);
  });

  test.for([
    [{ scenario: 'meteor' }, 'no scenario “meteor”; there are primary-failure, region-outage'],
    [{ scenario: 'primary-failure' }, 'has no drill of primary-failure'],
    [{ scenario: 'deletion' }, 'several plans of deletion: say --target shop/sandbox or shop/sandbox-2'],
    [{ scenario: 'corruption', target: 'orders' }, 'the target orders is not named in restorewatch.config.ts'],
  ] as const)('%j is refused', ([asked, words]) => {
    expect(() => chosenDrill(general, asked)).toThrow(words);
  });

  test('without any sandbox in config it is refused with that reason', () => {
    expect(() => chosenDrill(policyOf({}).general, { scenario: 'deletion' })).toThrow('names no sandbox at all');
  });
});

async function tabletop(on: DrillStage): Promise<string> {
  const id = await startDrill(on.ports, { scenario: 'breach', plan: null, targetName: null }, 'Ada');
  for (const [index] of BREACH_STEPS.entries()) {
    on.pass(60_000);
    await reportStep(on.ports, id, { step: index + 1, by: 'Ada', note: `answer ${index + 1}` });
  }
  return id;
}

describe('the tabletop drill', () => {
  test('needs no credentials, asks Atlas nothing, and passes when every step is reported, with who did what when', async () => {
    const on = await drillStage({ atlas: 'none' });
    const id = await tabletop(on);
    const report = await readReport(on.ports, id);
    expect(report).toMatchObject({
      scenario: 'breach',
      verdict: 'passed',
      subject: 'tabletop',
      measured: [{ name: 'response', milliseconds: 300_000 }],
    });
    expect(report?.evidence).toHaveLength(5);
    expect(report?.timeline.map(({ what }) => what)).toContain('step 2, Rotate all credentials: Ada: answer 2');
    expect(on.atlas.requests).toEqual([]);
  });

  test('takes steps in any order, keeps the last report of each, and ends with the last step', async () => {
    const on = await drillStage();
    const id = await startDrill(on.ports, { scenario: 'breach', plan: null, targetName: null }, 'Ada');
    await reportStep(on.ports, id, { step: 5, by: 'Ada', note: 'first word' });
    const drill = await reportStep(on.ports, id, { step: 5, by: 'Bob', note: 'last word' });
    expect(drill).toMatchObject({ verdict: null, steps: [{ step: 5, by: 'Bob', note: 'last word' }] });
  });

  /** A process that read the state before what the other one then wrote. */
  async function behind(on: DrillStage, meanwhile: () => Promise<unknown>): Promise<PortsWithSecrets> {
    const stale = await on.store.readHead();
    await meanwhile();
    return { ...on.ports, ...on.restarted({ store: storeWith(on.store, { readHead: async () => stale }) }) };
  }
  const report = (ports: PortsWithSecrets, id: string, step: number, by: string) => reportStep(ports, id, { step, by, note: `by ${by}` });
  async function reported(on: DrillStage, steps: number): Promise<string> {
    const id = await startDrill(on.ports, { scenario: 'breach', plan: null, targetName: null }, 'Ada');
    for (let step = 1; step <= steps; step += 1) await report(on.ports, id, step, 'Ada');
    return id;
  }

  test('ends with both steps in the record when two people report the last two at once', async () => {
    const on = await drillStage();
    const id = await reported(on, 3);
    const late = await behind(on, () => report(on.ports, id, 4, 'Ada'));
    expect(await report(late, id, 5, 'Bob')).toMatchObject({ verdict: 'passed' });
    expect(await on.active()).toEqual([]);
    expect((await on.state()).ended).toMatchObject([{ id, verdict: 'passed' }]);
    const record = await on.store.record(id);
    expect(record?.evidence.map(({ found }) => found.slice('2026-11-22T12:00:00Z '.length))).toEqual([
      'Ada: by Ada',
      'Ada: by Ada',
      'Ada: by Ada',
      'Ada: by Ada',
      'Bob: by Bob',
    ]);
    expect((await on.store.records({ limit: 9, before: null })).records).toHaveLength(1);
  });

  test('keeps a step that somebody corrected at the moment at which another ended it', async () => {
    const on = await drillStage();
    const id = await reported(on, 4);
    const late = await behind(on, () => report(on.ports, id, 2, 'Bob'));
    await report(late, id, 5, 'Ada');
    expect((await on.store.record(id))?.evidence[1]?.found).toContain('Bob: by Bob');
  });

  test('refuses a step after it has ended, and changes nothing', async () => {
    const on = await drillStage();
    const id = await reported(on, 4);
    const late = await behind(on, () => report(on.ports, id, 5, 'Ada'));
    await expect(report(late, id, 2, 'Bob')).rejects.toThrow(`${id} is not under way; what comes later is added with --lesson`);
    expect(JSON.stringify(await on.store.record(id))).not.toContain('Bob');
  });

  test('is started once when two people start it at once', async () => {
    const on = await drillStage();
    const start = (ports: PortsWithSecrets) => startDrill(ports, { scenario: 'breach', plan: null, targetName: null }, 'Ada');
    let id = '';
    const late = await behind(on, async () => void (id = await start(on.ports)));
    expect(await start(late)).toBe(id);
    expect(await on.active()).toHaveLength(1);
  });

  test('stores no secret and no credentials that people type, and dates each line of evidence', async () => {
    const on = await drillStage();
    const id = await startDrill(on.ports, { scenario: 'breach', plan: null, targetName: null }, 'Ada');
    const note = `rotate ${SECRET} at mongodb+srv://ada:pass/word@db.example/`;
    await reportStep(on.ports, id, { step: 1, by: `Ada ${SECRET}`, note });
    expect((await on.active())[0]?.steps[0]).toMatchObject({
      by: 'Ada [redacted]',
      note: 'rotate [redacted] at mongodb+srv://[redacted]@db.example/',
    });
    for (const step of [2, 3, 4, 5]) await report(on.ports, id, step, 'Ada');
    await addFollowUp(on.ports, { text: note, by: 'Ada', due: null });
    const { head } = await on.store.readHead();
    const all = JSON.stringify([head, (await on.store.records({ limit: 9, before: null })).records]);
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain('pass/word');
    expect((await on.store.record(id))?.evidence[0]?.found).toMatch(/^2026-11-22T12:00:00Z Ada/);
  });

  test('that is started again goes on with the one under way', async () => {
    const on = await drillStage();
    const start = () => startDrill(on.ports, { scenario: 'breach', plan: null, targetName: null }, 'Ada');
    expect(await start()).toBe(await start());
  });

  test.for([
    [{ step: 0, note: 'x' }, 'there is no step 0; there are 1 to 5'],
    [{ step: 6, note: 'x' }, 'there is no step 6'],
    [{ step: 1, note: ' ' }, 'step 1 needs --note: Who cuts the access'],
  ] as const)('%o is refused', async ([report, words]) => {
    const on = await drillStage();
    const id = await startDrill(on.ports, { scenario: 'breach', plan: null, targetName: null }, 'Ada');
    await expect(reportStep(on.ports, id, { ...report, by: 'Ada' })).rejects.toThrow(words);
  });
});

describe('adding to a drill’s report:', () => {
  test('a lesson becomes a record of its own and shows in the report; the drill’s record stays as it was', async () => {
    const on = await drillStage();
    const id = await tabletop(on);
    const before = await on.store.record(id);
    await addLesson(on.ports, { text: 'nobody\nknew the firewall’s owner | mongodb://u:secret@host/', by: 'Ada' });
    const report = await readReport(on.ports, id);
    expect(report?.lessons).toMatchObject([{ by: 'Ada', text: 'nobody knew the firewall’s owner | mongodb://[redacted]@host/' }]);
    expect(await on.store.record(id)).toEqual(before);
    expect(report && markdownOf(report)).toContain('- nobody knew the firewall’s owner');
    expect((await on.store.records({ limit: 9, before: null, kind: 'correction' })).records).toMatchObject([
      { corrects: id, verdict: 'noted' },
    ]);
  });

  test('a follow-up is open until it is closed, and the report shows both', async () => {
    const on = await drillStage();
    const drill = await tabletop(on);
    const due = endOfDay('2026-11-30');
    const id = await addFollowUp(on.ports, { text: 'write it down', by: 'Ada', due });
    expect((await on.state()).followUps).toMatchObject([{ id, drill, text: 'write it down', due: DAY_BEFORE_LAST }]);
    expect((await on.store.readHead()).head?.incidents).toMatchObject([{ check: 'drill', severity: 'info', state: 'open' }]);
    on.pass(1);
    await closeFollowUp(on.ports, id, 'Bob');
    expect((await on.state()).followUps).toEqual([]);
    expect((await on.store.readHead()).head?.incidents).toMatchObject([{ state: 'resolved' }]);
    expect((await readReport(on.ports, drill))?.followUps.map(({ text }) => text)).toEqual(['write it down', 'closed: write it down']);
    await expect(closeFollowUp(on.ports, id, 'Bob')).rejects.toThrow(`no follow-up ${id} is open`);
  });

  test('of 500 open follow-ups there is no 501st, and nothing is written', async () => {
    const on = await drillStage();
    await tabletop(on);
    const { head, revision } = await on.store.readHead();
    if (!head?.recovery?.drills) throw new Error('no drill has ended');
    const followUps = Array.from({ length: 500 }, (_, index) => ({ id: `f${index}`, drill: 'd', text: 'x', since: 0, due: null }));
    const recovery = { ...head.recovery, drills: { ...head.recovery.drills, followUps } };
    const swap = { expected: revision, writer: 't', adopt: [], drop: [], history: [], release: null, now: on.ports.now() };
    await on.store.swap({ ...swap, head: { ...head, recovery } });
    await expect(addFollowUp(on.ports, { text: 'one more', by: 'Ada', due: null })).rejects.toThrow(
      'there are 500 open follow-ups already',
    );
    expect((await on.store.readHead()).revision).toBe(revision + 1);
  });

  test('the beginning of a drill is in the audit trail, once', async () => {
    const on = await drillStage();
    const id = await tabletop(on);
    const entries = await on.store.trail({ limit: 9, before: null, actsOnly: true });
    expect(entries).toMatchObject([{ what: 'drill-started', by: 'Ada', about: id, details: { scenario: 'breach' } }]);
  });

  test('is refused where no drill has ended', async () => {
    const on = await drillStage();
    await expect(addLesson(on.ports, { text: 'x', by: 'Ada' })).rejects.toThrow('no drill has ended yet');
    await expect(addLesson(on.ports, { text: 'x', by: 'Ada', drill: 'drill-none' })).rejects.toThrow('no drill drill-none in the log');
    await tabletop(on);
    await expect(addLesson(on.ports, { text: ' ', by: 'Ada' })).rejects.toThrow('says nothing');
  });

  test.for([
    ['2026-11-30', DAY_BEFORE_LAST],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['tomorrow', null],
    ['2026-1-1', null],
  ] as const)('%s as a day', ([text, at]) => {
    expect(endOfDay(text)).toBe(at);
  });
});

describe('following a drill', () => {
  test('prints each line once, a refusal included', async () => {
    const on = await drillStage({ scenarios: ['region-outage'] });
    const chosen = chosenDrill(on.ports.policy.general, { scenario: 'region-outage' });
    const id = await startDrill(on.ports, chosen, 'Ada');
    const said: string[] = [];
    expect(await followDrill(on.ports, id, { say: (line) => said.push(line), between: 1, sandbox: stubSandbox({}) })).toBe(true);
    expect(await readReport(on.ports, id)).toMatchObject({
      verdict: 'refused',
      by: 'Ada',
      summary: expect.stringContaining('single region'),
    });
  });

  test('is refused without the second service account', async () => {
    const on = await drillStage({ scenarios: ['corruption'], atlas: 'none' });
    const chosen = chosenDrill(on.ports.policy.general, { scenario: 'corruption' });
    await expect(startDrill(on.ports, chosen, 'Ada')).rejects.toThrow('refused: ATLAS_RESTORE_CLIENT_ID');
  });
});
