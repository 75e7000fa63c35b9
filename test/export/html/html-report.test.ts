import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toMarkdown } from '../../../src/export/markdown-report.js';
import { toHtml } from '../../../src/export/html/html-report.js';
import { readReportAssets } from '../../../src/export/html/report-assets.js';
import { diffRuns } from '../../../src/insights/compare/compare-runs.js';
import { toComparisonHtml } from '../../../src/export/html/comparison-page.js';
import { toStatsHtml } from '../../../src/export/html/stats-page.js';
import { diffRows } from '../../../src/cli/traces/diff-table.js';
import { computeStats } from '../../../src/ledger/stats/compute-stats.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { callLine, ledgerOf } from '../../support/call-lines.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture } from '../../support/trace-builder.js';
import { chromiumPath, launchChromium, openReport } from './browser.js';

function reportOf(events: readonly TraceEvent[]): string {
  return toHtml(reduceEvents(events, { prices: testPrices }));
}

function planned(): string {
  return reportOf(readFixture('done-with-planner'));
}

test.each(fixtureNames)('the report of %s is one complete document', (name) => {
  const html = reportOf(readFixture(name));
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  // What is not escaped would be a third script, or markup outside of the tables.
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)[^\s"<]+\.(?:js|css|woff2?)/);
});

test('texts of the run are no markup', () => {
  const events = buildTrace(
    (t) => t.stage('workflow', () => t.node('</script><img src=x onerror=alert(1)>', {}, () => {})),
    {
      name: '<b>bold</b> & "quoted"',
    },
  );
  const html = reportOf(events);
  expect(html).not.toContain('<img');
  expect(html).not.toContain('<b>');
  expect(html).toContain('&#60;b&#62;bold');
});

test('advice is a list of its own, escaped', () => {
  const advice = [
    {
      kind: 'repeated',
      node: 'ask',
      message: 'asked <twice>',
      remedy: 'Ask once.',
      usd: 0.5,
      ms: null,
      spans: [1],
    },
  ];
  const html = toHtml(reduceEvents(readFixture('retried'), { prices: testPrices }), advice);
  expect(html).toMatch(/<li>ask: asked &#60;twice&#62; \(up to \$0\.50*\): Ask once\.<\/li>/);
  const markdown = toMarkdown(reduceEvents(readFixture('retried'), { prices: testPrices }), advice);
  expect(markdown).toContain('## Advice');
  expect(markdown).toContain('Ask once.');
});

test('the page itself is at most 300 kB', () => {
  const { script, style } = readReportAssets();
  expect(script.length + style.length).toBeLessThan(300_000);
});

/** Scrolls down by eight rows in each of 40 frames; the durations of tasks over 50 ms, in ms. A text, since it runs in the page. */
const SCROLL_THROUGH = `(async () => {
  const long = [];
  const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration)));
  const viewport = document.querySelector('.rows');
  viewport.scrollTop = viewport.scrollHeight / 2;
  await new Promise((resolve) => setTimeout(resolve, 200));
  observer.observe({ type: 'longtask' });
  for (let i = 0; i < 40; i++) {
    viewport.scrollTop += 8 * 24;
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
  long.push(...observer.takeRecords().map((entry) => entry.duration));
  observer.disconnect();
  return { long, rows: viewport.scrollTop };
})()`;

const run = (name: string) => ({
  state: reduceEvents(readFixture(name), { prices: testPrices }),
  advice: [],
});

/** Pages without a script: two runs, and statistics over many. */
const tables = {
  'two runs': () => {
    const [before, after] = [run('retried'), run('done-with-planner')];
    return toComparisonHtml(before, after, diffRows(diffRuns(before.state, after.state)));
  },
  statistics: () =>
    toStatsHtml(
      computeStats(ledgerOf([callLine({ at: '2026-03-01T12:00:00.000Z', model: '<b>bold</b>', usd: 1 })]), {
        by: ['model'],
        from: new Date('2026-03-01T00:00:00Z'),
        to: new Date('2026-03-05T00:00:00Z'),
        prices: testPrices,
        basis: 'recorded',
        timeZone: 'UTC',
      }),
      ['budget of $5 a month'],
    ),
};

test.each(Object.entries(tables))(
  'the page of %s is one complete document without a script',
  (_name, render) => {
    const html = render();
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain("script-src 'none'");
    expect(html).toMatch(/<th scope="row">/);
  },
);

describe.skipIf(chromiumPath === undefined)('in a browser (skipped where no Chromium is found)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser.close());

  const selected = (page: Page) => page.locator('[aria-current="true"] > span').first().innerText();

  test.each(['light', 'dark'] as const)(
    'there are no accessibility violations in the %s theme',
    async (colorScheme) => {
      const { page, problems } = await openReport(browser, planned(), { colorScheme });
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      for (const key of ['1', '2', '3']) {
        await page.keyboard.press(key);
        const { violations } = await page.evaluate<{
          violations: { id: string; nodes: { html: string }[] }[];
        }>(`${axe}; axe.run()`);
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      }
      expect(problems).toEqual([]);
    },
  );

  test.each(Object.entries(tables))(
    'the page of %s has no accessibility violations',
    async (_name, render) => {
      const { page, problems } = await openReport(browser, render());
      // The content policy of the page forbids scripts; this one is the test's own.
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      const { violations } = await page.evaluate<{ violations: { id: string }[] }>(`${axe}; axe.run()`);
      expect(violations.map(({ id }) => id)).toEqual([]);
      expect(problems).toEqual([]);
    },
  );

  test('arrows move and fold, and the details follow', async () => {
    const { page, problems } = await openReport(browser, planned());
    await page.locator('.rows').focus();
    const first = await selected(page);
    await page.keyboard.press('ArrowDown');
    const second = await selected(page);
    expect(second).not.toBe(first);
    expect(await page.locator('.details h3').innerText()).toBe(second.replace(/^\s*[▾▸]?\s*\S\s/, ''));
    const before = await page.locator('.rows li').count();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.rows li').count()).toBeLessThan(before);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.rows li').count()).toBe(before);
    expect(problems).toEqual([]);
  });

  test('the filter finds steps, the calls open their details with prompts and responses', async () => {
    const { page, problems } = await openReport(browser, planned());
    await page.keyboard.press('/');
    await page.keyboard.type('summarize');
    await expect.poll(() => page.locator('.rows li').count()).toBeLessThan(5);
    await page.getByRole('tab', { name: 'Calls' }).click();
    await page.locator('[role=tabpanel] tbody button').last().click();
    expect(await page.locator('.details h4').allInnerTexts()).toEqual(
      expect.arrayContaining(['Request', 'Response']),
    );
    await page.getByRole('tab', { name: 'Flame' }).click();
    expect(await page.locator('.flame button').count()).toBeGreaterThan(5);
    expect(problems).toEqual([]);
  });

  test('of ten thousand spans only those in view are in the document', async () => {
    const events = buildTrace((t) =>
      t.stage('workflow', () => {
        for (let i = 0; i < 10_000; i++) t.node(`node ${i}`, {}, () => {});
      }),
    );
    const { page, problems } = await openReport(browser, reportOf(events));
    await page.locator('.rows').focus();
    await page.keyboard.press('End');
    expect(await selected(page)).toContain('node 9999');
    expect(await page.locator('.rows li').count()).toBeLessThan(100);
    expect(problems).toEqual([]);
    // A process that is preempted by others has long tasks too: one of three passes without any shows that none is its own.
    const passes: number[][] = [];
    while (passes.length < 3 && !passes.some(({ length }) => length === 0)) {
      const { long, rows } = await page.evaluate<{ long: number[]; rows: number }>(SCROLL_THROUGH);
      expect(rows).toBeGreaterThan(100_000);
      passes.push(long);
    }
    expect(passes).toContainEqual([]);
  });

  test('what is printed has the tables and no controls', async () => {
    const { page } = await openReport(browser, planned());
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#explorer').isVisible()).toBe(false);
    expect(await page.locator('table').first().isVisible()).toBe(true);
  });
});
