import { z } from 'zod';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import { PREDICATE_TYPE, STATEMENT_TYPE } from './statement.ts';

/** What an evidence file has to look like to be read; all of it may come from somebody who means harm. */
export const ENVELOPE = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
});

const TIP = z.object({ number: z.int().nonnegative(), hash: z.string() });
const INCIDENT_SHAPE = z.looseObject({
  id: z.string(),
  check: z.string(),
  severity: z.string(),
  openedAt: z.number(),
  resolvedAt: z.number().nullable(),
  resource: z.looseObject({ name: z.string(), projectName: z.string().nullable() }),
  acknowledgement: z.looseObject({ by: z.string(), at: z.number() }).nullable(),
  trail: z.array(z.looseObject({ by: z.string(), at: z.number() })).exactOptional(),
});
const TEXTS = z.record(z.string(), z.string());
const RECORD_SHAPE = z.looseObject({ id: z.string(), kind: z.string(), subject: z.string(), endedAt: z.number(), details: TEXTS });
const INCIDENT = z.custom<Incident>((value) => INCIDENT_SHAPE.safeParse(value).success);
const RECORD = z.custom<LogRecord>((value) => RECORD_SHAPE.safeParse(value).success);

/** Members that are not named here stay, since the digests are made over all of them. */
export const STATEMENT = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    about: z.looseObject({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      cluster: z.string().nullable(),
      root: TIP,
      notHeld: z.array(z.string()),
    }),
    log: z.array(z.unknown()),
    records: z.array(RECORD),
    incidents: z.array(INCIDENT),
    report: z.unknown(),
    controls: z.unknown(),
  }),
});

export type ReadStatement = z.infer<typeof STATEMENT>;

export function placesOf(error: z.ZodError): string {
  const places = error.issues.slice(0, 5).map(({ path }) => path.join('.') || 'the top');
  return places.join(', ');
}

/** Parts within parts: what this program writes has some ten, and what reads it goes one call deeper with each. */
const DEEPEST = 100;

/** Whether a value has more parts within parts than any that was written. */
export function isTooDeep(value: unknown): boolean {
  let layer = [value].filter(isPart);
  for (let depth = 0; layer.length > 0 && depth < DEEPEST; depth += 1) layer = layer.flatMap((one) => Object.values(one)).filter(isPart);
  return layer.length > 0;
}

function isPart(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
