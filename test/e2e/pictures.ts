import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { hashPassword } from '../../lib/config/environment/password.ts';
import { environmentOf } from '../../scripts/demo/app.ts';
import { buildIfNeeded } from '../../scripts/demo/build.ts';
import { startEmulators } from '../../scripts/demo/emulators.ts';
import { type Instant, iso } from '../../lib/domain/time.ts';
import { service } from '../support/services.ts';
import { look, openBrowser } from './browser.ts';
import { startProduct } from './product.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/pictures');
const SENDER = 'Restorewatch';
/** Who looks at the page: somebody who may acknowledge. */
const USER = { username: 'alice', password: 'pw-of-the-pictures' };

type Message = { readonly body: string; readonly at: Instant };

/**
 * Takes README's pictures anew: the built product watches the demo's emulated Atlas, somebody switches point-in-time
 * recovery off for one cluster, and what the page shows and
 * what the phone received is photographed. So the pictures show what the product really says.
 */
async function takePictures(): Promise<void> {
  const chromium = service('chromium');
  if (chromium === null) throw new Error('pictures: Chromium is missing; install it, or put it on PATH');
  await buildIfNeeded(ROOT);
  mkdirSync(FOLDER, { recursive: true });
  const emulators = await startEmulators({ restore: false });
  const users = { STATUS_ACCESS: '', STATUS_USERS: `${USER.username}:${await hashPassword(USER.password)}` };
  const product = await startProduct({ ...environmentOf(emulators), ...users, STATUS_URL: 'https://status.example.com' });
  const browser = await openBrowser(chromium);
  try {
    emulators.cluster('tutorial').tags = { 'restorewatch-exempt': 'a playground' };
    await product.cron('check');
    emulators.cluster('orders').pit = false;
    await product.cron('check');
    await photographPage(browser, product.url);
    const message = emulators.twilio.messages.at(-1);
    if (message === undefined) throw new Error('pictures: no text message was sent');
    await photographPhone(browser, message);
  } finally {
    await browser.close();
    await product.stop();
    await emulators.close();
  }
}

async function photographPage(browser: Browser, url: string): Promise<void> {
  const window = { viewport: { width: 1_120, height: 760 }, locale: 'en-GB', timezoneId: 'UTC' };
  const { page, close } = await look(browser, url, { ...window, httpCredentials: USER });
  await page.goto('/');
  await page.screenshot({ path: join(FOLDER, 'page.png') });
  await close();
}

async function photographPhone(browser: Browser, message: Message): Promise<void> {
  const { page, close } = await look(browser, 'http://127.0.0.1', { viewport: { width: 360, height: 420 }, deviceScaleFactor: 2 });
  await page.setContent(phoneWith(message));
  await page.screenshot({ path: join(FOLDER, 'alert.png'), omitBackground: true });
  await close();
}

/** A plain phone whose lock screen shows one message. */
function phoneWith({ body, at }: Message): string {
  const escaped = body.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><style>
    body { margin: 0; background: transparent; font: 15px/1.4 system-ui, 'DejaVu Sans', sans-serif }
    .phone { box-sizing: border-box; width: 360px; height: 420px; padding: 14px 14px 0; border-radius: 44px 44px 0 0; background: #16181d; overflow: hidden }
    .screen { box-sizing: border-box; height: 100%; padding: 34px 14px; border-radius: 32px 32px 0 0; background: linear-gradient(#31405e, #1f2636); color: #fff }
    .time { margin: 0 0 26px; text-align: center; font-size: 54px; line-height: 1; font-weight: 300 }
    .message { padding: 12px 14px; border-radius: 18px; background: #f3f4f6; color: #16181d; overflow-wrap: anywhere }
    .sender { display: flex; justify-content: space-between; margin: 0 0 4px; font-size: 13px; color: #4b5563 }
    b { color: #16181d }
  </style><div class="phone"><div class="screen"><p class="time">${iso(at).slice(11, 16)}</p>
  <div class="message"><p class="sender"><b>${SENDER}</b><span>now</span></p>${escaped}</div></div></div>`;
}

takePictures().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'pictures: failed'}\n`);
  process.exitCode = 1;
});
