import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, expect, test, vi } from 'vitest';
import { MINUTE } from '../../lib/domain/time.ts';
import { type CountedLines, createCountedLines } from '../../lib/people/counted-lines.ts';
import { childEnvironment } from '../support/child-environment.ts';

let lines: string[];
let counted: CountedLines;

function open(timer = (after: number, act: () => void) => (setTimeout(act, after), () => {})): CountedLines {
  return createCountedLines({ log: (line) => void lines.push(line), now: Date.now, timer });
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 21) });
  lines = [];
  counted = open();
  return () => void vi.useRealTimers();
});

function add(times: number, what = 'refused: sign-in', from = '192.0.2.7'): void {
  for (let count = 0; count < times; count += 1) counted.add(what, from);
}

test('the first of a kind is logged at once, with its address', () => {
  add(1);
  expect(lines).toEqual(['refused: sign-in (from 192.0.2.7)']);
});

test('the others are logged a minute later as one number, also if none comes any more', async () => {
  add(14_000);
  await vi.advanceTimersByTimeAsync(MINUTE - 1);
  expect(lines).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(lines.slice(1)).toEqual(['refused: sign-in (13999 more times within a minute, from 192.0.2.7)']);
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(lines).toHaveLength(2);
});

test('where timers stand still, the next request of any kind logs the number', () => {
  counted = open(() => () => {});
  add(3);
  vi.setSystemTime(Date.now() + MINUTE);
  counted.flush();
  expect(lines.slice(1)).toEqual(['refused: sign-in (2 more times within a minute, from 192.0.2.7)']);
});

test('what the minute has counted so far is logged when the process ends, and nothing twice', async () => {
  add(3);
  counted.end();
  counted.end();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(lines.slice(1)).toEqual(['refused: sign-in (2 more times within a minute, from 192.0.2.7)']);
});

test('a process that ends as after SIGTERM writes what it counted', async () => {
  vi.useRealTimers();
  const module = join(import.meta.dirname, '../../app/counted-lines.ts');
  const program = `const { countedLines } = await import(${JSON.stringify(module)});
for (let count = 0; count < 3; count += 1) countedLines().add('refused: sign-in', '192.0.2.7');
process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env: childEnvironment({}) });
  expect(await text(child.stderr)).toBe(
    'refused: sign-in (from 192.0.2.7)\nrefused: sign-in (2 more times within a minute, from 192.0.2.7)\n',
  );
});

test('a flood that goes on has one line a minute', async () => {
  for (let second = 0; second < 180; second += 1) {
    add(10);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(lines).toHaveLength(4);
});

test('lines of different kinds are counted each by itself', async () => {
  add(2, 'refused: a');
  add(3, 'refused: b');
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(lines).toEqual([
    'refused: a (from 192.0.2.7)',
    'refused: b (from 192.0.2.7)',
    'refused: a (1 more time within a minute, from 192.0.2.7)',
    'refused: b (2 more times within a minute, from 192.0.2.7)',
  ]);
});

test('three addresses are named, and the others counted', async () => {
  add(1);
  for (let last = 1; last <= 5; last += 1) add(1, 'refused: sign-in', `203.0.113.${last}`);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(lines[1]).toBe(
    'refused: sign-in (5 more times within a minute, from 203.0.113.1, 203.0.113.2, 203.0.113.3 and 2 other addresses)',
  );
});

test('two hundred kinds in one minute are told apart, more are one', () => {
  for (let kind = 0; kind < 300; kind += 1) add(1, `kind ${kind}`);
  expect(lines).toHaveLength(201);
  expect(lines.at(-1)).toBe('and other things (from 192.0.2.7)');
});

test('a line is one line, whatever stands in it', () => {
  counted.add('refused: \u001b[2Jby\nnobody');
  expect(lines).toEqual(['refused: [2Jby nobody']);
});
