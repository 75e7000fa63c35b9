import { expect, test } from 'vitest';
import { PflowError } from '../../../src/lib/error.js';
import { createRegistry } from '../../../src/nodes/registry.js';
import { planByRules } from '../../../src/planner/offline/rule-plan.js';
import { validateWorkflow } from '../../../src/workflow/check/validate.js';

const registry = createRegistry();

/** Summarizes a plan in one line: its nodes, a batch with `*`, then its input values. Literal content and commands are in parentheses. */
function planLine(request: string): string {
  const { workflow, params } = planByRules(request);
  const nodes = workflow.nodes.map(({ id, params: given, batch }) => {
    const { content, command, body, append, method } = given;
    const said = [command, content, body].find((each) => typeof each === 'string' && !each.startsWith('${'));
    const name = `${append === true ? 'append' : id.replace(/_\d+$/, '')}${batch ? '*' : ''}`;
    return `${name}${method === undefined ? '' : `:${String(method)}`}${said === undefined ? '' : `(${said as string})`}`;
  });
  return `${nodes.join(' ')} | ${params.map(({ value }) => value).join(' ')}`.trim();
}

/** Everyday requests and their plans; '' means refused, '?' needs a model. */
const everyday: Readonly<Record<string, string>> = {
  // summaries
  'give me a summary of README.md': 'read summarize | README.md',
  'Could you give me a short summary of notes.txt please': 'read summarize | notes.txt 3',
  'summary of README.md': 'read summarize | README.md',
  'tl;dr README.md': 'read summarize | README.md',
  'tldr of notes.md': 'read summarize | notes.md',
  'write a summary of a.md to b.md': 'read summarize write | a.md b.md',
  'make a 3 sentence summary of a.md': 'read summarize | a.md 3',
  'what is README.md about?': 'read summarize | README.md',
  "what's README.md about": 'read summarize | README.md',
  'summarize README.md in 5 bullet points': 'read summarize | README.md 5',
  'summarize README.md in 100 words': 'read summarize | README.md 100',
  'summarize README.md briefly': 'read summarize | README.md 3',
  'summarize every note in notes': 'list read* summarize* combine | notes *',
  'summarize the last 10 git commits': 'commits commit_lines lines summarize | 10',
  'summarize a.md into b.md': 'read summarize write | a.md b.md',
  'summarise the output of `git log`': 'run(git log) summarize |',
  'read README.md, summarize it in 2 sentences and append it to log.md':
    'read summarize append | README.md 2 log.md',
  // lengths, folders without a slash, parts of a text
  'in one paragraph, summarize plan.md': 'read summarize | plan.md',
  'in 2 sentences, summarize plan.md and save it to short.md': 'read summarize write | plan.md 2 short.md',
  'in 3 sentences, count words in plan.md': '',
  'write a two-sentence summary of plan.md to short.md': 'read summarize write | plan.md 2 short.md',
  'back up photos to copies': 'list targets copy* | photos **/* copies',
  'move plan.md to old': 'move | plan.md old/plan.md',
  'copy plan.md to safe': 'copy | plan.md safe/plan.md',
  'rename plan.md to old': '',
  'move plan.md to trash': '',
  'copy plan.md to the clipboard': '',
  'for each *.md in docs, summarize it and save it to summaries':
    'list read* summarize* targets write* | docs *.md summaries/',
  'lines in app.log without trace': 'read without | app.log trace',
  'show the lines without "a b" in app.log': 'read without | app.log a b',
  'remove the lines containing trace from app.log and save the rest to b.log':
    'read without write | app.log trace b.log',
  'remove the lines containing trace from app.log': 'read without | app.log trace',
  'remove duplicate lines from names.txt': 'read unique | names.txt',
  'delete the empty lines in names.txt': 'read filled | names.txt',
  'find every line with "time out" in app.log': 'read matches | app.log time out',
  'show each line that mentions trace in app.log': 'read matches | app.log trace',
  'show the longest line in plan.md': 'read longest | plan.md',
  'what is the shortest line of plan.md?': 'read shortest | plan.md',
  'count the TODOs in lib': 'list read* matches count | lib **/* TODO',
  'count the bugs in lib': '',
  'how many HACK comments are there in lib?': 'list read* matches count | lib **/* HACK',
  // folders, dates and sizes
  'make a folder called drafts': 'run(mkdir -p drafts) |',
  'create a new directory "my drafts"': "run(mkdir -p 'my drafts') |",
  'make a folder -x': '?',
  'get the first column of people.csv': '',
  'get the "first" column of people.csv': 'read field | people.csv first',
  'make a list of the headings in guide.md': 'read headings | guide.md',
  'count how many files are in lib/': 'list count | lib *',
  'list the 3 most recent commits and save them to log.txt': 'commits commit_lines lines write | 3 log.txt',
  "what's the email address in contact.md": 'read emails | contact.md',
  'what branch am I on?': 'run(git branch --show-current) |',
  'mkdir -p a/b': 'run(mkdir -p a/b) |',
  "what's the current date?": 'run(date) |',
  'what time is it': 'run(date) |',
  'how big is app.log?': 'run(wc -c < app.log) |',
  'get the size of "a b.log"': "run(wc -c < 'a b.log') |",
  // downloads, and text without quotes
  'download https://example.com/logo.png': 'fetch write | https://example.com/logo.png logo.png',
  'download https://example.com/a.txt and count the words in it': 'fetch count | https://example.com/a.txt',
  'download https://example.com/docs/': '',
  'create hello.txt with the text Hello, world!': 'write(Hello, world!) | hello.txt',
  'create hello.txt with the text Hello.': '',
  'show the 12th line of app.log': 'read between | app.log 12 12',
  'show me the second line of app.log': 'read between | app.log 2 2',
  'print the end of app.log': 'read last | app.log 10',
  'first 20 words of plan.md': 'read first_words | plan.md 20',
  'sort the numbers in scores.txt': 'read sort_numbers | scores.txt',
  'sort the words in plan.md': '',
  'make everything in plan.md lowercase': 'read lower | plan.md',
  'tell me how many words plan.md has': 'read count | plan.md',
  'where does the word draft occur in docs': 'list read* matches | docs **/* draft',
  'put a.md and b.md together into c.md': 'read* combine write | ["a.md","b.md"] c.md',
  'get the license from package.json': 'read field | package.json license',
  'get errors from people.csv': '',
  'summarize the git diff': 'run(git diff) summarize |',
  'what changed since the last commit?': 'run(git diff HEAD) |',
  'print the current git branch': 'run(git branch --show-current) |',
  'summarize a.md and b.md separately': 'read* summarize* combine | ["a.md","b.md"]',
  // reading
  'show me README.md': 'read | README.md',
  'show the contents of a.txt': 'read | a.txt',
  'display the file a.txt': 'read | a.txt',
  'cat a.txt': 'read | a.txt',
  'view a.txt': 'read | a.txt',
  'let me see a.txt': 'read | a.txt',
  'what is in a.txt?': 'read | a.txt',
  'what does a.txt say?': 'read | a.txt',
  'read a.txt and tell me what it says': 'read | a.txt',
  'summarize a.md and show me the result': 'read summarize | a.md',
  // listing
  'ls docs': 'list | docs *',
  ls: 'list | . *',
  'what files are in the notes folder': 'list | notes *',
  'what files are in docs?': 'list | docs *',
  'which files are there in docs': 'list | docs *',
  'show me the files in docs': 'list | docs *',
  'list all python files in src': 'list | src *.py',
  'list the markdown files here': 'list | . *.md',
  'list files': 'list | . *',
  'list the contents of docs': 'list | docs *',
  'list all .ts files under src recursively': 'list | src **/*.ts',
  'find all json files in data': 'list | data *.json',
  // lines
  'first 10 lines of a.txt': 'read first | a.txt 10',
  'show me the first 5 lines of a.txt': 'read first | a.txt 5',
  'head a.txt': 'read first | a.txt 10',
  'tail -n 20 app.log': 'read last | app.log 20',
  'print the last three lines of app.log': 'read last | app.log 3',
  'what is the first line of a.txt': 'read first | a.txt 1',
  'read a.txt, then show the first 2 lines': 'read first | a.txt 2',
  'sort the lines of names.txt': 'read sort | names.txt',
  'sort names.txt alphabetically': 'read sort | names.txt',
  'sort the lines in names.txt in reverse order': 'read sort reverse | names.txt',
  'sort names.txt and remove duplicates': 'read sort unique | names.txt',
  'sort the lines of names.txt and save them to sorted.txt': 'read sort write | names.txt sorted.txt',
  'show the unique lines of names.txt': 'read unique | names.txt',
  'reverse the lines of a.txt': 'read reverse | a.txt',
  'remove duplicate lines from a.txt and save the result to b.txt': 'read unique write | a.txt b.txt',
  // counting
  'how many words are in a.txt?': 'read count | a.txt',
  'how many words does a.txt have?': 'read count | a.txt',
  'word count of a.txt': 'read count | a.txt',
  'what is the number of lines in a.txt': 'read count | a.txt',
  'count the characters in a.txt': 'read count | a.txt',
  'how many files are in docs?': 'list count | docs *',
  'how many markdown files are there in docs': 'list count | docs *.md',
  'count the words in every note in notes': 'list read* count* combine | notes *',
  'how many links are in a.md?': 'read links count | a.md',
  'how many times does foo appear in a.txt': 'read occurrences | a.txt foo',
  'how long is the river Nile': '?',
  // searching
  'find TODO in src': 'list read* matches | src **/* TODO',
  'search for "cats" in notes': 'list read* matches | notes **/* cats',
  'grep foo in a.txt': 'read matches | a.txt foo',
  'grep for "error" in app.log': 'read matches | app.log error',
  'show the lines containing ERROR in app.log': 'read matches | app.log ERROR',
  'find all lines with "x y" in a.txt': 'read matches | a.txt x y',
  'which files in src contain TODO?': 'list read* files_with | src **/* TODO',
  'search notes/ for cats': 'list read* matches | notes **/* cats',
  'find bugs in src/app.ts': '',
  'find typos in README.md': '',
  // extracting
  'find all links in README.md': 'read links | README.md',
  'show me the headings in README.md': 'read headings | README.md',
  'get all email addresses from contacts.txt': 'read emails | contacts.txt',
  'what links are in README.md': 'read links | README.md',
  'pull the urls out of a.md': 'read links | a.md',
  'links in https://example.com': 'fetch links | https://example.com',
  'extract the e-mails from contacts.txt and sort them': 'read emails lines sort | contacts.txt',
  // writing
  'create a file hello.txt with the text "Hello there"': 'write(Hello there) | hello.txt',
  'create a file called hello.txt with the text Hello there': 'write(Hello there) | hello.txt',
  'create notes.md containing "x"': 'write(x) | notes.md',
  'make a new file x.txt with the content "y"': 'write(y) | x.txt',
  'create an empty file x.txt': 'write() | x.txt',
  'write "a b" into the file x.txt': 'write(a b) | x.txt',
  'overwrite x.txt with "new"': 'write(new) | x.txt',
  'append "done" to the end of log.txt': 'append(done) | log.txt',
  'add the line "done" to log.txt': 'append(done\n) | log.txt',
  'append the output of `date` to log.txt': 'run(date) append | log.txt',
  'save the output of `ls -l` to files.txt': 'run(ls -l) write | files.txt',
  'write a haiku about the sea': '?',
  'create a poem': '?',
  // commands
  'run git log -5': 'run(git log -5) |',
  'git status': 'run(git status) |',
  'run git diff and summarize it': 'run(git diff) summarize |',
  'run "npm test"': 'run(npm test) |',
  'run the tests': '',
  'run rm -rf build': '',
  'run git push': '',
  'show the last 10 commits': 'commits commit_lines | 10',
  'list the last three commits and save them to log.txt': 'commits commit_lines lines write | 3 log.txt',
  'show me the latest commit': 'commits commit_lines | 1',
  // web
  'download https://example.com/a.html and save it as a.html':
    'fetch write | https://example.com/a.html a.html',
  'download https://example.com/a.html to a.html': 'fetch write | https://example.com/a.html a.html',
  'summarize a.md and POST it to https://example.com/hook':
    'read summarize send:POST | a.md https://example.com/hook',
  'post "hello" to https://example.com/hook': 'send:POST(hello) | https://example.com/hook',
  'send a.txt to https://example.com/hook': 'read send:POST | a.txt https://example.com/hook',
  // combining and changing
  'combine a.md and b.md into all.md': 'read* combine write | ["a.md","b.md"] all.md',
  'concatenate a.txt, b.txt and c.txt': 'read* combine | ["a.txt","b.txt","c.txt"]',
  'merge all md files in notes into all.md': 'list read* combine write | notes *.md all.md',
  'convert a.txt to upper case': 'read upper | a.txt',
  'print a.txt in uppercase': 'read upper | a.txt',
  'make a.txt lowercase and save it to b.txt': 'read lower write | a.txt b.txt',
  'replace "foo" with "bar" in a.txt and save it to b.txt': 'read replace write | a.txt foo bar b.txt',
  'replace foo by bar in a.txt': '',
  'convert data.csv to json': 'read csv_to_json | data.csv',
  'convert data.json to data.csv': 'read json_to_csv write | data.json data.csv',
  'get the name column from people.csv': 'read field | people.csv name',
  'convert a.md to pdf': '',
  // files
  'back up a.txt to backup/a.txt': 'copy | a.txt backup/a.txt',
  'backup a.txt to the old folder': 'copy | a.txt old/a.txt',
  'make a copy of a.txt called b.txt': 'copy | a.txt b.txt',
  'copy all md files from notes to backup': 'list targets copy* | notes *.md backup',
  'rename a.txt to b.txt': 'move | a.txt b.txt',
  'move all .log files in logs to old/': 'list targets move* | logs *.log old/',
  'delete the file old.txt': 'delete | old.txt',
  'delete the build folder': '',
  'delete everything': '',
  // others
  'translate README.md to German': '?',
  'explain a.ts': '?',
  'fix the bug': '',
  summarize: '',
  'please be nice': '',
  help: '',
};

test('there are more than a hundred everyday requests', () => {
  expect(Object.keys(everyday).length).toBeGreaterThan(120);
});

for (const [request, expected] of Object.entries(everyday)) {
  test(`everyday: ${request}`, () => {
    expect(outcome(request)).toBe(expected);
  });
}

function outcome(request: string): string {
  try {
    const line = planLine(request);
    expect(validateWorkflow(planByRules(request).workflow, registry).problems).toEqual([]);
    return line;
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
    return error.code === 'needs_model' ? '?' : '';
  }
}

test('the nearest request of a refusal becomes a workflow and keeps the words of the request', () => {
  const nearest = (request: string) => {
    try {
      planByRules(request);
    } catch (error) {
      return /pflow (?:"(.*)"|'(.*)')$/m
        .exec((error as PflowError).hint ?? '')
        ?.slice(1)
        .find(Boolean);
    }
    return undefined;
  };
  expect(nearest('replace ann with bob in guests.txt')).toBe(
    'replace ann with bob in guests.txt and save it to new.txt',
  );
  expect(nearest('in one paragraph, count words in plan.md')).toBe('count words in plan.md');
  expect(nearest('read invoices')).toBe('read invoices/');
  for (const request of ['remove duplicate lines', 'copy it to the clipboard', 'move reports to old']) {
    const near = nearest(request)!;
    expect(() => planByRules(near), `${request}: ${near}`).not.toThrow();
    expect(near).not.toMatch(/^(move|delete|remove|rename)/);
  }
});
