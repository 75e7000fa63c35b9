/** Lists the third-party packages in the bundle, and writes their licences and a CycloneDX bill of materials. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A third-party package whose code or data is in the bundle. */
export type BundledPackage = Readonly<{
  name: string;
  version: string;
  license: string;
  /** Its folder, relative to the project's: also its key in package-lock.json. */
  folder: string;
  homepage: string | undefined;
  /** The licence and notice files, joined. */
  text: string;
}>;

type Manifest = {
  name?: string;
  version?: string;
  license?: string | { type: string };
  homepage?: string;
  author?: string | { name: string };
};

/** The packages of which anything is in the bundle. */
export function listBundledPackages(root: string, metafile: Metafile): BundledPackage[] {
  const packages = [...listBundledFolders(root, metafile)].map((folder) => readPackage(root, folder));
  // One package may be installed in several places.
  return [...new Map(packages.map((each) => [packageUrl(each), each])).values()].toSorted(byName);
}

/** Their folders, relative to the project's. */
export function listBundledFolders(root: string, metafile: Metafile): Set<string> {
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs: parts }) =>
    Object.entries(parts).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = new Set(data.map((name) => `node_modules/${name}`));
  for (const input of inputs) {
    const path = input.slice(input.indexOf('node_modules/'));
    if (input.includes('node_modules/')) folders.add(packageFolder(root, path));
  }
  return folders;
}

/** What is shipped in a form that esbuild does not see: the ranks of tiktoken's encodings, and the prices. */
const data = ['tiktoken', '@pydantic/genai-prices'];

/** Every package's name, licence and licence text, as the licences require of a copy. */
export function formatNotices(packages: readonly BundledPackage[]): string {
  const isFull = (text: string) => text.includes('END OF TERMS AND CONDITIONS');
  const full = packages.find(({ license, text }) => license === 'Apache-2.0' && isFull(text));
  const sections = packages.map(({ name, version, license, homepage, text }) => {
    const isShort = license === 'Apache-2.0' && !isFull(text);
    if (isShort && !full) throw new Error('No package includes the whole Apache License 2.0.');
    const rest = isShort ? ['', `The Apache License 2.0 is included under ${full!.name}.`] : [];
    return [
      `${name} ${version} (${license})`,
      ...(homepage ? [homepage] : []),
      '',
      text.trim(),
      ...rest,
    ].join('\n');
  });
  const head =
    'pflow is under the MIT licence (see LICENSE). This package contains code and data of the packages below.';
  return `${[head, ...sections].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** The bill of materials in CycloneDX 1.6. It has no time and no serial number: the same build gives the same bytes. */
export function formatBillOfMaterials(
  root: string,
  packages: readonly BundledPackage[],
  product: Readonly<{ name: string; version: string; license: string }>,
): string {
  const { packages: locked } = readJson(join(root, 'package-lock.json')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const purl = packageUrl(product);
  const components = packages.map((each) => {
    const [, group, name = each.name] = /^(@[^/]+)\/(.+)$/.exec(each.name) ?? [];
    const integrity = locked[each.folder]?.integrity;
    return {
      type: 'library',
      'bom-ref': packageUrl(each),
      ...(group ? { group } : {}),
      name,
      version: each.version,
      licenses: [licenseChoice(each.license)],
      purl: packageUrl(each),
      ...(integrity ? { hashes: [hashOf(integrity)] } : {}),
      ...(each.homepage ? { externalReferences: [{ type: 'website', url: each.homepage }] } : {}),
    };
  });
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': purl,
        name: product.name,
        version: product.version,
        licenses: [licenseChoice(product.license)],
        purl,
      },
    },
    components,
    dependencies: [
      { ref: purl, dependsOn: components.map((each) => each.purl) },
      ...components.map((each) => ({ ref: each.purl })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function packageFolder(root: string, path: string): string {
  let folder = dirname(path);
  // A package may hold manifests without a name, which only say how a folder is to be read.
  while (folder !== '.') {
    const manifest = join(root, folder, 'package.json');
    if (existsSync(manifest) && (readJson(manifest) as Manifest).version) return folder;
    folder = dirname(folder);
  }
  throw new Error(`${path} belongs to no package.`);
}

function readPackage(root: string, folder: string): BundledPackage {
  const { name, version, license, homepage, author } = readJson(
    join(root, folder, 'package.json'),
  ) as Manifest;
  if (name === undefined || version === undefined) throw new Error(`${folder} has no name and version.`);
  const id = typeof license === 'object' ? license.type : license;
  if (id === undefined) throw new Error(`${name} names no licence.`);
  const files = readdirSync(join(root, folder)).filter((file) =>
    /^(licen[cs]e|copying|notice)(\b|$)/i.test(file),
  );
  const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  const holder = typeof author === 'object' ? author.name : author?.replace(/\s*[<(].*/, '');
  const text = texts.length > 0 ? texts.join('\n\n') : standardText(id, name, holder);
  return { name, version, license: id, folder, homepage, text };
}

/** The standard text of a licence that a package names without including it, with the package's author as its holder. */
function standardText(id: string, name: string, author: string | undefined): string {
  const holder = author ?? holders[name];
  if (id === 'Apache-2.0') return 'Licensed under the Apache License, Version 2.0.';
  if (!holder) throw new Error(`${name} includes neither the text of its licence nor its holder.`);
  if (id === 'MIT') return `MIT License\n\nCopyright (c) ${holder}\n\n${MIT}`;
  if (id === 'ISC') return `ISC License\n\nCopyright (c) ${holder}\n\n${ISC}`;
  throw new Error(`${name} includes no text of its licence, ${id}.`);
}

/** For packages that do not name an author: the holder in the licence of their repository. */
const holders: Readonly<Record<string, string>> = { tiktoken: '2025 OpenAI, Shantanu Jain' };

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

const ISC = `Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR
IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`;

function packageUrl({ name, version }: Readonly<{ name: string; version: string }>): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function licenseChoice(id: string): object {
  return /^[\w.+-]+$/.test(id) ? { license: { id } } : { expression: id };
}

function hashOf(integrity: string): object {
  const [algorithm = '', digest = ''] = integrity.split(/-(.*)/s);
  const content = Buffer.from(digest, 'base64').toString('hex');
  return { alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content };
}

function byName(a: BundledPackage, b: BundledPackage): number {
  return a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
