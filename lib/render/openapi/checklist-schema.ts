import type { ChecklistState, SetUpStep } from '../../domain/incidents/recorded-checklist.ts';
import type { ChecklistJson } from '../checklist/checklist-json.ts';
import { choice, count, flag, list, meaning, moment, named, nullable, object, text } from './schema.ts';

type ItemJson = ChecklistJson['items'][number];

export const CHECKLIST = named(
  'Checklist',
  object<ChecklistJson>({
    generatedAt: moment,
    run: meaning(
      'the last complete check, which all of it was computed from',
      nullable(object<NonNullable<ChecklistJson['run']>>({ runId: text, startedAt: moment })),
    ),
    stale: flag,
    items: list(
      object<ItemJson>({
        id: text,
        title: text,
        source: text,
        state: choice<ChecklistState>({ met: true, 'not-met': true, unknown: true, 'not-watched': true }),
        since: nullable(moment),
        evidence: list(text),
      }),
    ),
    setUp: object<ChecklistJson['setUp']>({
      done: count,
      of: count,
      steps: list(object<SetUpStep>({ id: text, title: text, done: flag, how: text })),
    }),
  }),
);
