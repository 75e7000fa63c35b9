/** Formats of password hashes, as in htpasswd, /etc/shadow and the user tables of web frameworks. */

import type { FormatRow } from './token-format.js';

export const HASH_FORMATS: readonly FormatRow[] = [
  ['password-hash', '${apr1,1}$<base64. 1-8>$<base64. 22+>'],
  ['password-hash', '$2{a,b,x,y}$<digit 2>$<base64. 53+>'],
  [
    'password-hash',
    '${5,6}$<base64. 1-16>$<base64. 43+>',
    '${5,6}$rounds=<digit 4-9>$<base64. 1-16>$<base64. 43+>',
  ],
  ['password-hash', '${y,gy,7}$<base64. 1+>$<base64. 1+>$<base64. 43+>'],
  [
    'password-hash',
    '$argon2{i,d,id}$v=<digit 2>$m=<digit 1+>,t=<digit 1+>,p=<digit 1+>$<base64. 8+>$<base64. 16+>',
  ],
  ['password-hash', '{SHA}<base64 28>', '{SSHA}<base64 28+>', '{SSHA512}<base64 64+>'],
  [
    'password-hash',
    'pbkdf2_sha256$<digit 2+>$<alnum 8+>$<base64 40+>',
    'pbkdf2:sha256:<digit 2+>$<alnum 8+>$<hex 64>',
  ],
  ['password-hash', 'scrypt:<digit 2+>:<digit 1+>:<digit 1+>$<alnum 8+>$<hex 64+>', '$scrypt$<path 40+>'],
  ['password-hash', 'SCRAM-SHA-256$<digit 4+>:<base64 16+>$<base64 40+>:<base64 40+>'],
];
