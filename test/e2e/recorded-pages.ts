import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { afterMidnight } from './after-midnight.ts';
import { contrasts, keep, look, overflowing, tabStops, unfold, type Eyes } from './browser.ts';
import { QUIET, startProduct } from './product.ts';
import { CREDENTIALS, type RecordedProduct } from './recorded-product.ts';
import { blind, severalOfOne, storm } from './night-states.ts';
import { healthy, many, mixture, partial, proving, record, stale, type Recorded } from './recorded-state.ts';

/** Enough for people: WCAG 2.2, 1.4.3. */
const ENOUGH_CONTRAST = 4.5;

/** What the page makes of any recorded run, on a phone and at a desk, by day and by night. */
export function recordedPages(browser: () => Browser, recordedProduct: () => RecordedProduct): void {
  describe('that shows what was recorded', () => {
    const WINDOWS = [
      ['a phone by day', 390, 'light'],
      ['a phone by night', 390, 'dark'],
      ['a desk by day', 1_280, 'light'],
      ['a desk by night', 1_280, 'dark'],
    ] as const;
    const STATES: readonly (readonly [string, (now: number) => Recorded, string, readonly RegExp[]])[] = [
      ['healthy', healthy, 'kept', []],
      ['failing', mixture, 'cannot', []],
      ['stale', stale, 'cannot', [/^Stale: the last complete check is 9 h old/]],
      ['partial', partial, 'unknown', [/^Partial: /]],
      ['proving', proving, 'kept', []],
      ['storm', storm, 'cannot', []],
      ['several of one cluster', severalOfOne, 'cannot', []],
      ['blind', blind, 'unknown', []],
    ];

    /** A browser before its first page, with this recorded. */
    async function opened(recorded: Recorded, options: Parameters<typeof look>[2] = {}): Promise<Eyes> {
      const { path, product } = recordedProduct();
      await record(path, recorded);
      return look(browser(), product.url, { httpCredentials: CREDENTIALS, ...options });
    }

    async function seen(...recorded: Parameters<typeof opened>): Promise<Eyes> {
      const eyes = await opened(...recorded);
      await eyes.page.goto('/');
      return eyes;
    }

    test('lists each proof with its recovery point and times, and each failure with its reason', async () => {
      const { page, complaints, close } = await opened(proving(afterMidnight()));
      await page.goto('/records');
      const section = page.getByRole('region', { name: 'Last proven' });
      const words = (await section.innerText()).replaceAll(/\s+/g, ' ');
      expect(words).toMatch(/orders \(shop\): snapshot of .*, proven 24 h ago by weekly, RTO 5 min, RPO 10 min/);
      expect(words).toMatch(/ledger: the last test FAILED by weekly 2 h ago: "><img src=x/);
      expect(words).toMatch(/under way, phase choose/);
      expect(words).toMatch(/nightly of ledger \(shop\) refused .*busy/);
      expect(words).toMatch(/Drill primary-failure: passed/);
      expect(complaints).toEqual([]);
      await close();
    });

    test.for([
      ['/clusters/p1/id-orders', /Restorable until/],
      ['/records', /record/i],
      ['/silences', /maintenance/i],
      ['/alert-path', /never proven/i],
      ['/runbooks', /corruption/i],
      ['/runbooks/corruption', /point/i],
      ['/runbooks/restore-test', /evidence/i],
      ['/runbooks/all', /corruption/i],
    ] as const)('%s can be read on a phone, and breaks no rule of the page’s security policy', async ([address, words]) => {
      const { page, complaints, close } = await opened(proving(afterMidnight()), { viewport: { width: 390, height: 900 } });
      const answer = await page.goto(address);
      expect(answer?.status()).toBe(200);
      expect(await page.locator('body').innerText()).toMatch(words);
      expect(await overflowing(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    });

    // Each state is opened once and then seen through every window: what differs between them is the style alone.
    describe.for(STATES)('%s', ([state, recorded, tone, banners]) => {
      let eyes: Eyes;
      beforeAll(async () => {
        eyes = await seen(recorded(afterMidnight()));
      });
      afterAll(() => eyes.close());

      test.for(WINDOWS)('can be read on %s, without scrolling sideways', async ([name, width, colorScheme]) => {
        const { page, complaints } = eyes;
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        expect(await page.locator('.headline').getAttribute('data-tone')).toBe(tone);
        expect(await page.locator('main [role=alert]').allTextContents()).toEqual(banners.map((words) => expect.stringMatching(words)));
        await unfold(page, false);
        await keep(page, `${state} ${name}`.replaceAll(' ', '-'));
        await unfold(page, true);
        expect(await overflowing(page)).toEqual([]);
        const texts = await contrasts(page);
        expect(texts.length).toBeGreaterThan(20);
        expect(texts.filter(({ ratio }) => !(ratio >= ENOUGH_CONTRAST))).toEqual([]);
        expect(complaints).toEqual([]);
      });
    });

    test('shows a name with markup as text and runs nothing of it', async () => {
      const { page, complaints, close } = await opened(mixture(afterMidnight()));
      const dialogs: string[] = [];
      page.on('dialog', (dialog) => void dialogs.push(dialog.message()));
      await page.goto('/');
      expect(await page.locator('.cluster-name').allTextContents()).toContainEqual(
        expect.stringContaining('<script>alert(2)</script>{{7*7}}'),
      );
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect({ dialogs, complaints }).toEqual({ dialogs: [], complaints: [] });
      await close();
    });

    test('has a Content-Security-Policy that runs only its own scripts, by a nonce that is used once', async () => {
      const { page, complaints, close } = await seen(mixture(afterMidnight()));
      const policies = await Promise.all([1, 2].map(async () => (await page.request.get('/')).headers()['content-security-policy'] ?? ''));
      for (const policy of policies)
        expect(policy).toMatch(/^default-src 'none'; script-src 'nonce-[0-9a-f]{32}' 'strict-dynamic'; style-src 'self'; /);
      expect(policies[0]).not.toBe(policies[1]);
      await page.evaluate('document.body.insertAdjacentHTML(\'beforeend\', \'<img src="data:," onerror="window.ran = true">\')');
      await expect.poll(() => complaints.join()).toContain('inline event handler violates');
      expect(await page.evaluate('window.ran')).toBeUndefined();
      await close();
    });

    test('can be used by keyboard alone: every control is a tab stop with a visible focus', async () => {
      const { page, close } = await seen(mixture(afterMidnight()));
      const stops = await tabStops(page);
      expect(stops.map(({ name }) => name)).toEqual([
        'Skip to the content',
        'Restorewatch',
        'Now',
        'Clusters',
        'Incidents',
        'More',
        'Acknowledge all 2',
        'Cluster',
        'Atlas',
        'Acknowledge',
        'Runbook',
        'Evidence · Messages (1 not delivered) · History',
        'Acknowledge',
        'Runbook',
        'Evidence · Messages (2 not delivered) · History',
        'Runbook',
        'Evidence · History',
        'Send again',
        'Send again',
        'Send again',
        '1 for information',
        expect.stringContaining('<script>'),
        'events',
        'orders',
        'as above',
        expect.stringMatching(/^a-cluster-with-a-name/),
        'prototype',
        'catalogue',
        'tutorial',
        'All clusters, with their windows',
        '1 ended in the last 24 hours',
        'Alert path',
        'Restore tests',
        'Checklist',
        'What the words mean',
        'The same as JSON',
        'Sign out',
      ]);
      expect(stops.filter(({ marked }) => !marked)).toEqual([]);
      await close();
    });

    test('says that nothing is known where the state cannot be read', async () => {
      const path = join(await mkdtemp(join(tmpdir(), 'restorewatch-unreadable-')), 'state.sqlite');
      const blind = await startProduct({ ...QUIET, STATE_PATH: path, STATUS_ACCESS: 'public' });
      // The product starts with no such place. It opens the file when something is first read.
      await mkdir(path);
      const { page, complaints, close } = await look(browser(), blind.url);
      await page.goto('/');
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Whether we can restore is unknown');
      expect(await page.locator('main [role=alert]').textContent()).toContain('cannot be read');
      expect((await page.request.get('/api/health')).status()).toBe(503);
      expect(complaints).toEqual([]);
      await keep(page, 'unreadable');
      await close();
      await blind.stop();
    });

    test('leads from the first page to all clusters, page by page', async () => {
      const { page, close } = await seen(many(afterMidnight()), { javaScriptEnabled: false });
      await page.getByRole('link', { name: /^All \d+ clusters$/ }).click();
      await page.getByRole('row', { name: /^cluster-000 / }).waitFor();
      expect(await page.getByRole('row').count()).toBe(26);
      await page.getByRole('link', { name: 'Last' }).click();
      await page.getByRole('row', { name: /^cluster-229 / }).waitFor();
      await page.getByRole('textbox', { name: 'Name, project or id' }).fill('cluster-22');
      await page.getByRole('button', { name: 'Show clusters' }).click();
      await page.getByText('10 of 230 clusters').waitFor();
      expect(await page.getByRole('row').count()).toBe(11);
      await close();
    });

    test('shows that it is ten minutes old, even where no script runs', async () => {
      const { page, close } = await seen(mixture(afterMidnight()), { javaScriptEnabled: false });
      const aged = page.locator('.banner.aged');
      expect(await aged.isVisible()).toBe(false);
      expect(await page.locator('#cluster-id-orders').textContent()).toContain('Cannot be restored as promised');
      await page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
      await expect.poll(() => aged.isVisible()).toBe(true);
      expect(await aged.textContent()).toContain('more than ten minutes old');
      await close();
    });
  });
}
