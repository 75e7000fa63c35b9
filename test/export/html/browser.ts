/** A headless Chromium for the tests of the HTML report. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const candidates = [
  process.env['PFLOW_TEST_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The Chromium of this machine; undefined if it has none. */
export const chromiumPath = candidates.find((path) => path !== undefined && existsSync(path));

export function launchChromium(): Promise<Browser> {
  // Containers run as root, where Chromium has no sandbox; the pages are the tests' own.
  return chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox', '--disable-gpu'] });
}

/** Opens a page with a report from a file, without network. Messages of the page's console are collected in `problems`. */
export async function openReport(
  browser: Browser,
  html: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; problems: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-report-'));
  const path = join(folder, 'report.html');
  writeFileSync(path, html);
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, offline: true, ...options });
  onTestFinished(async () => {
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
  page.on('request', (request) => void (request.url().startsWith('file:') || problems.push(request.url())));
  await page.goto(pathToFileURL(path).href);
  return { page, problems };
}
