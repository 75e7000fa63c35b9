/** The frame of the HTML pages: one file that needs no network and runs nothing but its own script. */
import { createHash } from 'node:crypto';
import { safeText } from '../../lib/text/safe-text.js';
import { readReportAssets } from './report-assets.js';

/** A page: `body` is HTML; `data` is what its script shows. Without data it has no script. */
export type HtmlPage = Readonly<{
  title: string;
  facts: readonly string[];
  notes?: string;
  body: string;
  data?: unknown;
}>;

/** The page as a complete document. */
export function renderPage({ title, facts, notes = '', body, data }: HtmlPage): string {
  const { script, style } = readReportAssets();
  // No source but the file's own style and script, by their hashes: an injected one would not run.
  const scripts = data === undefined ? `'none'` : hashOf(script);
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${scripts}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="pflow">
<title>${escapeHtml(title)} · pflow</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${facts.map((fact) => escapeHtml(fact)).join(' · ')}</p>
${notes}
</header>
<main>
${body}
</main>
${
  data === undefined
    ? ''
    : `<script type="application/json" id="run">${escapeJson(JSON.stringify(data))}</script>
<script>${script}</script>
`
}</body>
</html>
`;
}

/** A section with its heading; `id` names it in the document. */
export function htmlSection(id: string, heading: string, content: string): string {
  return `<section aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(heading)}</h2>
${content}
</section>`;
}

/** A table whose first column names the row. */
export function htmlTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const cells = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        i === 0 ? `<th scope="row">${escapeHtml(cell)}</th>` : `<td>${escapeHtml(cell)}</td>`,
      )
      .join('');
  const label = headings.find((heading) => heading !== '') ?? 'figures';
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(label)} table"><table>
<thead><tr>${headings.map((cell) => (cell === '' ? '<td></td>' : `<th scope="col">${escapeHtml(cell)}</th>`)).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}
</tbody>
</table></div>`;
}

/** Text as HTML, without control characters. */
export function escapeHtml(text: string, keepNewlines = false): string {
  return safeText(text, { keepNewlines }).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** JSON that cannot end the script element it is in. */
function escapeJson(json: string): string {
  return json.replace(
    /[<\u2028\u2029]/g,
    (character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
