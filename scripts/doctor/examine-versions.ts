import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../process/env-files.ts';
import { fail, type Line, pass, warn } from './line.ts';

/** `next`: null if it is not installed. */
export type Versions = { readonly node: string; readonly next: string | null };

/** What package.json asks for: "24.x" of Node, and one version of Next. */
export type Wanted = Versions & { readonly next: string };

/** The Node that runs this and the Next that is installed, against package.json. Never throws for a module that is missing. */
export function examineVersions(): readonly Line[] {
  const { engines, dependencies } = packageIn('.') ?? {};
  const wanted = { node: engines?.['node'] ?? '', next: dependencies?.['next'] ?? '' };
  return versionLines({ node: process.versions.node, next: packageIn('node_modules/next')?.version ?? null }, wanted);
}

/** Pure. */
export function versionLines({ node, next }: Versions, wanted: Wanted): readonly Line[] {
  const [has, wants] = [Number.parseInt(node, 10), Number.parseInt(wanted.node, 10)];
  const asked = `package.json asks for ${wanted.node}`;
  const nodeLine =
    has < wants
      ? fail(`Node ${node}: ${asked}; start it with npm, or install Node ${wants}`)
      : has > wants
        ? warn(`Node ${node}: ${asked}, with which it is tested`)
        : pass(`Node ${node}`);
  if (next === wanted.next) return [nodeLine, pass(`Next ${next}`)];
  return [nodeLine, fail(`Next ${next ?? 'is not installed'}: package.json asks for ${wanted.next}; run npm ci, and npm run build`)];
}

type Package = {
  readonly version?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
};

function packageIn(folder: string): Package | null {
  try {
    // Proof: npm wrote the file, or refused it.
    return JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8')) as Package;
  } catch {
    return null;
  }
}
