import { expect, test } from 'vitest';
import { CONTROLS, controlsOf, FRAMEWORK_IDS, NO_CLAIM } from '../../../lib/domain/evidence/controls.ts';

test('every framework has its controls, each with what it asks, what answers it, and what is not covered', () => {
  for (const framework of FRAMEWORK_IDS) expect(controlsOf(framework).length).toBeGreaterThan(0);
  for (const { asks, answeredBy, notCovered } of CONTROLS)
    expect([asks, ...answeredBy, notCovered].every((words) => words.length > 10)).toBe(true);
  expect(controlsOf(null)).toEqual(CONTROLS);
  expect(new Set(CONTROLS.map(({ framework, id }) => `${framework} ${id}`)).size).toBe(CONTROLS.length);
});

test.for([
  ['soc2', ['A1.2', 'A1.3']],
  ['iso27001', ['A.8.13']],
  ['dora', [1, 2, 3, 4, 5, 6, 7].map((paragraph) => `Art. 12(${paragraph})`)],
  ['nis2', ['4.2.1', ...['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `4.2.2(${letter})`), '4.2.3', '4.2.4', '4.2.5', '4.2.6']],
] as const)('of %s every paragraph and point is in the map, in the order of the text', ([framework, ids]) =>
  expect(controlsOf(framework).map(({ id }) => id)).toEqual(ids),
);

test('nothing in the map claims that anybody complies', () => {
  const words = JSON.stringify(CONTROLS);
  expect(words).not.toMatch(/complian|complies|certif|fulfil|satisf/i);
  expect(NO_CLAIM).toContain('no statement that anybody complies');
});
