import { describe, expect, test } from 'vitest';
import type { Head } from '../../../lib/domain/incidents/head.ts';
import { addIncidentNote, type NoteResult } from '../../../lib/people/history/incident-notes.ts';
import { NOW } from '../../support/facts.ts';
import { head, incident } from '../../support/incidents.ts';
import { refusing, type Stage, stage, storeWith } from '../../support/ports.ts';

async function stageWith(changes: Partial<Head>): Promise<Stage> {
  const at = stage();
  const state = head({ incidents: [incident('i'), incident('other')], ...changes });
  await at.store.swap({ expected: 0, writer: 'test', head: state, adopt: [], drop: [], history: [], release: null, now: NOW });
  return at;
}

function note(at: Stage, text: string, incidentId = 'i'): Promise<NoteResult> {
  return addIncidentNote(at.ports, { incidentId, text, by: 'dana', from: '192.0.2.1' });
}

describe('a note on an incident', () => {
  test('is stored with who wrote it and when, on that incident alone', async () => {
    const at = await stageWith({});
    const result = await note(at, ' resized\nthe disk ');
    const { head: stored } = await at.store.readHead();
    const [one, other] = stored?.incidents ?? [];
    const id = typeof result === 'object' && 'id' in result ? result.id : '';
    expect(one?.notes).toEqual([{ id, at: NOW, by: 'dana', text: 'resized the disk' }]);
    expect(other?.notes).toBeUndefined();
  });

  test('is an act of the audit trail, with the address that it came from', async () => {
    const at = await stageWith({});
    await note(at, 'resized the disk');
    expect(await at.store.trail({ limit: 5, before: null })).toMatchObject([{ what: 'note', by: 'dana', from: '192.0.2.1', about: 'i' }]);
    expect(at.log).toEqual([expect.stringMatching(/^audit: note on incident i written by dana/)]);
  });

  test('has no secret of ours and no credentials of an address, which the head would show to everybody', async () => {
    const at = await stageWith({});
    const ports = { ...at.ports, withoutSecrets: (text: string) => text.replaceAll('s3cr3t-token', '[redacted]') };
    await addIncidentNote(ports, { incidentId: 'i', text: 'curl with s3cr3t-token', by: 'dana', from: null });
    expect((await at.store.readHead()).head?.incidents[0]?.notes?.map(({ text }) => text)).toEqual(['curl with [redacted]']);
  });

  test('is kept beside one that somebody else writes at the same moment', async () => {
    const at = await stageWith({});
    await Promise.all([note(at, 'one'), note(at, 'two')]);
    const { head: stored } = await at.store.readHead();
    expect(stored?.incidents[0]?.notes?.map(({ text }) => text).toSorted()).toEqual(['one', 'two']);
  });

  test('of 1,000 characters is stored, and of one more refused', async () => {
    const at = await stageWith({});
    expect(await note(at, 'x'.repeat(1_000))).toHaveProperty('id');
    expect(await note(at, 'x'.repeat(1_001))).toEqual({ problems: ['text: at most 1,000 characters; this has 1,001'] });
  });

  test.for(['', '   ', '\u202E'])('without words (%j) is refused', async (text) => {
    const at = await stageWith({});
    expect(await note(at, text)).toEqual({ problems: ['text: what is to be noted, in words'] });
    expect(at.log).toEqual([expect.stringMatching(/^audit: refused: a note on an incident by dana/)]);
  });

  test('is the thirtieth at most', async () => {
    const notes = Array.from({ length: 29 }, (_, index) => ({ id: `n${index}`, at: NOW, by: 'dana', text: 'x' }));
    const at = await stageWith({ incidents: [incident('i', { notes })] });
    expect(await note(at, 'the last')).toHaveProperty('id');
    expect(await note(at, 'one more')).toEqual({ problems: [expect.stringMatching(/has 30 notes already/)] });
  });

  test('on an incident that there is not is refused, and nothing is written', async () => {
    const at = await stageWith({});
    const store = storeWith(at.store, { swap: refusing('swap the head') });
    expect(await addIncidentNote({ ...at.ports, store }, { incidentId: 'gone', text: 'x', by: 'dana', from: null })).toBe('unknown');
  });
});
