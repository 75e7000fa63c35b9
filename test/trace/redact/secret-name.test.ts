import { expect, test } from 'vitest';
import { rateName, type NameStrength } from '../../../src/trace/redact/names/secret-name.js';

const namesOf: Readonly<Record<NameStrength, string>> = {
  certain: `password passwords passwort passwd passphrase pass_code passkey psk mot_de_passe kennwort contraseña contrasena senha
    wachtwoord hasło haslo lösenord losenord пароль 密码 비밀번호 secret secrets clientSecret credential credentials creds api_key
    apiKeys api_secret API_TOKEN access_token OAUTH_TOKEN tokens_csrf_token auth_key mnemonic seed_phrase recovery_phrase passcode
    connection_string conn_str account_key shared_access_signature pwd token X-Auth authorization authtoken bearer set-cookie
    cookies session_id secretkey db_pass signing_key private_keys private_key_data client_key_id private_key_pem`,
  likely: `pass db_pw github_pat jwt otp connect.sid spotify_client_id`,
  possible: `key sig signature nonce dsn code hash session csrf xsrf license pem keystore some_key`,
  none: `answer max_tokens first_token has_secret public_key PATH HOME`,
};

test('a name tells how certain its value is a secret by each of the words that it can end with', () => {
  const wrong = Object.entries(namesOf).flatMap(([strength, names]) =>
    names.split(/\s+/).filter((name) => rateName(name) !== strength),
  );
  expect(wrong).toEqual([]);
});
