/** Reads the script and style of the HTML report. The build replaces this module by one with their minified texts. */
import { readFileSync } from 'node:fs';
import { transform } from 'sucrase';

/** The script, to be put into a script element, and the style sheet. */
export function readReportAssets(): Readonly<{ script: string; style: string }> {
  const source = (name: string) => readFileSync(new URL(`./client/${name}`, import.meta.url), 'utf8');
  const { code } = transform(source('report-client.ts'), {
    transforms: ['typescript'],
    disableESTransforms: true,
  });
  return { script: code, style: source('report.css') };
}
