import { expect, test } from 'vitest';
import { CONTROLS, controlsOf, FRAMEWORK_IDS, NO_CLAIM } from '../../../lib/domain/evidence/controls.ts';

test('every framework has its controls, each with what it asks, what answers it, and what is not covered', () => {
  for (const framework of FRAMEWORK_IDS) expect(controlsOf(framework).length).toBeGreaterThan(0);
  for (const { asks, answeredBy, notCovered } of CONTROLS)
    expect([asks, ...answeredBy, notCovered].every((words) => words.length > 10)).toBe(true);
  expect(controlsOf(null)).toEqual(CONTROLS);
  expect(new Set(CONTROLS.map(({ framework, id }) => `${framework} ${id}`)).size).toBe(CONTROLS.length);
});

test('nothing in the map claims that anybody complies', () => {
  const words = JSON.stringify(CONTROLS);
  expect(words).not.toMatch(/complian|complies|certif|fulfil|satisf/i);
  expect(NO_CLAIM).toContain('no statement that anybody complies');
});
