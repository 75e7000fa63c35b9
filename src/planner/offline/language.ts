/** Documentation of the offline language. */

import { modelVerbs } from './language/lexicon.js';
import { forEach, rows } from './verbs.js';

/** A form of the offline language. */
export type LanguageForm = Readonly<{ form: string; example: string; meaning: string }>;

/** The offline language for help and documentation, generated from the table that parses it. */
export function offlineLanguage(): LanguageForm[] {
  return [
    ...rows.map(({ form, example, meaning }) => ({ form, example, meaning })),
    { form: forEach.form, example: forEach.example, meaning: forEach.meaning },
    {
      form: 'A, then B',
      example: 'fetch https://example.com, summarize it and save it to news.md',
      meaning:
        "'then', ';', 'and' or ',' before a verb starts the next step; it, them, the result, the summary … refer to the previous result",
    },
    {
      form: 'run NAME on X',
      example: 'run summarize-file on README.md',
      meaning: 'runs a saved workflow by name; or NAME key=value',
    },
    {
      form: `${modelVerbs.slice(0, 5).join('|')} …`,
      example: 'translate README.md to French',
      meaning: 'requires a model; the error says how to connect one',
    },
  ];
}
