import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { MINUTE, SECOND } from '../../../lib/domain/time.ts';

/** What `vercel build` writes (https://vercel.com/docs/build-output-api/v3). Several paths may lead to one function. */
export type VercelOutput = { readonly crons: readonly Cron[]; readonly functions: ReadonlyMap<string, VercelFunction> };
type VercelFunction = {
  readonly runtime: string;
  readonly maxDuration: number | null;
  readonly bytes: number;
  readonly variables: readonly string[];
};

const CRON = z.object({ path: z.string(), schedule: z.string() });
type Cron = z.infer<typeof CRON>;
const CONFIG = z.object({ version: z.literal(3), crons: z.array(CRON).default([]) });
const FUNCTION = z.object({
  runtime: z.string(),
  maxDuration: z.number().nullable().default(null),
  environment: z.record(z.string(), z.string()).default({}),
  filePathMap: z.record(z.string(), z.string()).default({}),
});
const SETTINGS = z.object({ crons: z.array(CRON), functions: z.record(z.string(), z.object({ maxDuration: z.number() })) });

/** A fifth of what Vercel takes unpacked (250 MB, https://vercel.com/docs/functions/limitations): a large function starts slowly. */
const LARGEST = 50 * 2 ** 20;
/** A run ends by itself after RUN_BUDGET_MS, 240 s by default, and then writes down what it has. */
const LEAST_DURATION = (4 * MINUTE + 30 * SECOND) / SECOND;

/** Reads `.vercel/output` of the checkout. Throws an Error where it is not there, or has another form. */
export function readOutput(checkout: string): VercelOutput {
  const output = join(checkout, '.vercel/output');
  const { crons } = CONFIG.parse(JSON.parse(readFileSync(join(output, 'config.json'), 'utf8')));
  const folders = foldersOfFunctions(join(output, 'functions'));
  const functions = folders.map((folder) => [pathOf(relative(join(output, 'functions'), folder)), readFunction(checkout, folder)] as const);
  return { crons, functions: new Map(functions) };
}

function pathOf(folder: string): string {
  const path = `/${folder.replace(/\.func$/, '')}`;
  return path === '/index' ? '/' : path;
}

/** Folders and links whose names end with `.func`; those that lie inside of such a one are part of it. */
function foldersOfFunctions(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.endsWith('.func')) return [path];
    return entry.isDirectory() ? foldersOfFunctions(path) : [];
  });
}

function readFunction(checkout: string, folder: string): VercelFunction {
  const place = realpathSync(folder);
  const config = FUNCTION.parse(JSON.parse(readFileSync(join(place, '.vc-config.json'), 'utf8')));
  const own = readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => lstatSync(join(place, name)));
  const traced = Object.values(config.filePathMap).map((path) => statSync(join(checkout, path)));
  const bytes = [...own, ...traced].reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  return { runtime: config.runtime, maxDuration: config.maxDuration, bytes, variables: Object.keys(config.environment) };
}

/** Pure: why this output would not do what vercel.json and the routes of `app` (as "/api/cron/check") say, a sentence each; empty if it would. */
export function faultsOf({ crons, functions }: VercelOutput, vercelJson: string, routes: readonly string[]): readonly string[] {
  const settings = SETTINGS.parse(JSON.parse(vercelJson));
  const missing = routes.filter((route) => !functions.has(route)).map((route) => `${route} has no function`);
  const dropped = settings.crons.filter((cron) => !crons.some((one) => one.path === cron.path && one.schedule === cron.schedule));
  const strange = crons.filter(({ path }) => !settings.crons.some((cron) => cron.path === path));
  return [
    ...missing,
    ...dropped.map(({ path, schedule }) => `the cron of ${path} is not "${schedule}"`),
    ...strange.map(({ path }) => `a cron calls ${path}, which vercel.json does not name`),
    ...settings.crons.flatMap(({ path }) =>
      durationFaults(path, functions.get(path), settings.functions[`app${path}/route.ts`]?.maxDuration),
    ),
    ...[...functions].flatMap(([path, one]) => functionFaults(path, one)),
  ];
}

function durationFaults(path: string, cron: VercelFunction | undefined, wanted: number | undefined): readonly string[] {
  if (cron === undefined) return [];
  if (wanted === undefined || cron.maxDuration !== wanted)
    return [`${path} may run for ${cron.maxDuration} s, and vercel.json says ${wanted} s`];
  return wanted < LEAST_DURATION ? [`${path} may run for ${wanted} s, which a run of RUN_BUDGET_MS outlasts`] : [];
}

function functionFaults(path: string, { runtime, bytes, variables }: VercelFunction): readonly string[] {
  return [
    ...(runtime === 'nodejs24.x' ? [] : [`${path} runs on ${runtime} and not on nodejs24.x`]),
    ...(bytes <= LARGEST ? [] : [`${path} has ${megabytes(bytes)} of files, more than ${megabytes(LARGEST)}`]),
    ...variables.map((name) => `${path} has the value of ${name} of the machine that built it`),
  ];
}

/** "18.2 MB". */
export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
