import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

type Entry = {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

// npm's own format, version 3 (docs.npmjs.com/cli/configuring-npm/package-lock-json).
const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Entry>>;
};

/** Whether a package at `at` finds `name` in one of the node_modules above it. */
function finds(at: string, name: string): boolean {
  if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true;
  return at !== '' && finds(at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '', name);
}

test('package-lock.json has the optional packages of every platform, without which `npm ci` refuses it elsewhere', () => {
  const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !finds(at, name)),
  );
  expect(missing).toEqual([]);
});

test('package-lock.json binds nobody to one registry', () => {
  const hosts = Object.values(packages).flatMap(({ resolved }) => (resolved === undefined ? [] : [new URL(resolved).host]));
  expect(hosts.filter((host) => host !== 'registry.npmjs.org')).toEqual([]);
});

test('package-lock.json has the hash of every package, so that a registry cannot hand out another one', () => {
  const unproven = Object.entries(packages).filter(([at, { integrity, link }]) => at !== '' && link !== true && integrity === undefined);
  expect(unproven.map(([at]) => at)).toEqual([]);
});

test('package-lock.json has the version that package.json has', () => {
  // package.json of this project, whose version is a string.
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { readonly version: string };
  expect(packages['']?.version).toBe(version);
});
