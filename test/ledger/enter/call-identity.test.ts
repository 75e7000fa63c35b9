import { expect, test } from 'vitest';
import { identifyCall } from '../../../src/ledger/enter/call-identity.js';

test.each([
  ['anthropic', { response: 'msg_01XFDUDYJgAACzvnptvVoYEL' }, 'anthropic:msg_01XFDUDYJgAACzvnptvVoYEL'],
  [
    'openai',
    { request: 'req_0123456789abcdef01', response: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT' },
    'openai:chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  ],
  ['openai', { request: 'req_0123456789abcdef01' }, 'openai:req_0123456789abcdef01'],
  ['ollama', { response: 'chatcmpl-571' }, 'run-1/7'],
  ['openai', { response: 'chatcmpl-mockmockmockmock' }, 'run-1/7'],
  ['openai', {}, 'run-1/7'],
  ['openai', undefined, 'run-1/7'],
])('a call to %s with the ids %j has the identity %s', (provider, ids, identity) => {
  expect(identifyCall({ run: 'run-1', span: 7, provider }, ids)).toBe(identity);
});
