import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cron } from 'croner';
import { z } from 'zod';
import { jsonValue } from '../../lib/domain/json-text.ts';
import { DAY } from '../../lib/domain/time.ts';
import { PROJECT } from '../process/env-files.ts';
import { fail, type Line, pass, warn } from './line.ts';

const SHAPE = z.object({ crons: z.array(z.object({ path: z.string(), schedule: z.string() })).optional() });

/** The crons of vercel.json against what Vercel's plans allow. Nothing where there is no such file. `called`: whether anything calls the check already. */
export function examineVercel(called: { readonly recently: boolean }): readonly Line[] {
  try {
    return vercelLines(readFileSync(join(PROJECT, 'vercel.json'), 'utf8'), called);
  } catch {
    return [];
  }
}

/**
 * Pure. Hobby allows one run a day, and a faster expression fails the deployment; Pro allows one a minute (docs/facts/platform.md A1). Nobody can see the
 * plan from here, so it is a warning until something calls the check: then its schedule works, whatever the plan.
 */
export function vercelLines(text: string, { recently }: { readonly recently: boolean }): readonly Line[] {
  const read = SHAPE.safeParse(jsonValue(text));
  if (!read.success) return [fail('vercel.json: is no JSON with `crons: [{ path, schedule }]`; Vercel refuses the deployment')];
  const { crons = [] } = read.data;
  if (crons.length === 0) return [pass('vercel.json: has no crons; something else has to call the four routes (docs/deployment.md)')];
  const wrong = crons.filter(({ schedule }) => gapOf(schedule) === null);
  if (wrong.length > 0)
    return wrong.map(({ path, schedule }) => fail(`vercel.json: the schedule of ${path}, "${schedule}", is no cron expression`));
  const often = crons.filter(({ schedule }) => (gapOf(schedule) ?? DAY) < DAY).map(({ path }) => path);
  if (often.length === 0) return [pass("vercel.json: no cron runs more often than daily, so Vercel's Hobby plan takes it")];
  const words = `vercel.json: ${often.join(' and ')} run more often than daily`;
  if (recently) return [pass(`${words}, which takes Vercel's Pro plan`)];
  return [
    warn(
      `${words}: Vercel's Hobby plan refuses the deployment for it. On Hobby, remove \`crons\` and let another trigger call (docs/deployment.md)`,
    ),
  ];
}

/** The shortest time between two of its next runs, over more than a week of one that runs daily; null if it is no expression. */
function gapOf(schedule: string): number | null {
  try {
    // Vercel reads five fields, in UTC.
    const runs = new Cron(schedule, { timezone: 'UTC', mode: '5-part' }).nextRuns(40, new Date(0)).map((at) => at.getTime());
    return Math.min(...runs.slice(1).map((at, index) => at - (runs[index] ?? 0)));
  } catch {
    return null;
  }
}
