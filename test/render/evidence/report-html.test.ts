import { expect, test } from 'vitest';
import { predicateOf } from '../../../lib/record/evidence/statement.ts';
import { reportHtml } from '../../../lib/render/evidence/report-html.ts';
import { sampleEvidence } from '../../record/evidence/sample-evidence.ts';

function reportWith(notHeld: readonly string[]): string {
  const { about, report, controls } = predicateOf({ ...sampleEvidence(), notHeld });
  return reportHtml({ ...about, report, controls, keyId: null });
}

test('a report names what the log names and the store held no longer, so that nobody takes its tables for everything', () => {
  expect(reportWith(['i-7', '<b>'])).toMatch(/<h2>Held no longer<\/h2>.*<p>i-7, &lt;b&gt;<\/p>/);
  expect(reportWith([])).toMatch(/<h2>Held no longer<\/h2>.*<p>None\.<\/p>/);
});
