import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import { absence, type Need } from './absence.ts';

/** Ends a run with one line for each suite that was skipped, with what it lacks, so that no gap passes for green. */
export function missingServices(print: (line: string) => void = console.log): Reporter {
  return {
    onTestRunEnd(modules) {
      for (const line of skippedLines(modules)) print(line);
    },
  };
}

/** "skipped: redis-server is not installed: kv store (9 tests)", one line a suite. */
export function skippedLines(modules: readonly TestModule[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const line = `skipped: ${reasonOf(test)}: ${topOf(test)}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  return [...counts].map(([line, count]) => `${line} (${count} ${count === 1 ? 'test' : 'tests'})`);
}

function reasonOf(test: TestCase): string {
  const needs = neededBy(test);
  return needs === undefined ? 'by its own condition' : absence(needs);
}

function neededBy(task: TestCase | TestSuite): Need | undefined {
  const needs = task.meta().needs;
  if (needs !== undefined || task.parent.type === 'module') return needs;
  return neededBy(task.parent);
}

function topOf(task: TestCase | TestSuite): string {
  return task.parent.type === 'module' ? task.name : topOf(task.parent);
}
