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

test('a report fits a telephone: the width is the telephone’s, wide tables scroll in place, and digests break', () => {
  const html = reportWith([]);
  expect(html).toContain('<meta name="viewport" content="width=device-width">');
  expect(html.match(/<table>/g)?.length).toBe(html.match(/<div class="wide"><table>/g)?.length);
  expect(html).toMatch(/p,h1\{overflow-wrap:anywhere\}/);
});

test('a report has the policy in force one setting a line', () => {
  const evidence = sampleEvidence();
  const stated = '{"everyCluster":{"rpo":{"target":3600000}},"general":{"review":"<i>"},"more":[1]}';
  const { about, report, controls } = predicateOf(evidence);
  const policies = [{ since: evidence.period.from, digest: 'd', stated }];
  expect(reportHtml({ ...about, report: { ...report, policies }, controls, keyId: null })).toContain(
    '<pre>everyCluster.rpo: {&quot;target&quot;:3600000}\ngeneral.review: &quot;&lt;i&gt;&quot;\nmore: [1]</pre>',
  );
});
