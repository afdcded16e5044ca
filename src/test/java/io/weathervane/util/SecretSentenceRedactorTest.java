package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people write at three in the morning: reasons, fix references, command lines, with secrets and without. */
class SecretSentenceRedactorTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        Token abcd1234efgh leaked                           | Token [redacted] leaked
        token abcd1234efgh leaked, rolling back             | token [redacted] leaked, rolling back
        api key abc123def456                                | api key [redacted]
        API-key abc123def456 in the logs                    | API-key [redacted] in the logs
        secret hunter2                                      | secret [redacted]
        rolled back: secret hunter2 was in the log          | rolled back: secret [redacted] was in the log
        password hunter2                                    | password [redacted]
        password hunter2 for prod                           | password [redacted] for prod
        login fails with password hunter2.                  | login fails with password [redacted].
        password "hunter2" does not work                    | password "[redacted]" does not work
        password `hunter2` does not work                    | password `[redacted]` does not work
        the password (hunter2) is in the log                | the password ([redacted]) is in the log
        pwd p4ss on db-1                                    | pwd [redacted] on db-1
        pw hunter2                                          | pw [redacted]
        password p@ssword                                   | password [redacted]
        password 12345678                                   | password [redacted]
        passcode 123456                                     | passcode [redacted]
        PIN 4711 for the door                               | PIN [redacted] for the door
        otp 123456 did not work                             | otp [redacted] did not work
        creds are bob:hunter2                               | creds are [redacted]
        creds bob:hunter2                                   | creds [redacted]
        creds: bob:swordfish                                | creds: [redacted]
        credentials bob:swordfish leaked                    | credentials [redacted] leaked
        credentials were bob:hunter2, rotate                | credentials were [redacted], rotate
        use hunter2 as the password                         | use [redacted] as the password
        use hunter as the password                          | use [redacted] as the password
        use "hunter" as the new root password, please       | use "[redacted]" as the new root password, please
        we used tiger as the db password for staging        | we used [redacted] as the db password for staging
        log in with hunter2 as password                     | log in with [redacted] as password
        try swordfish as the passphrase                     | try [redacted] as the passphrase
        abcd1234efgh as our api key is wrong                | [redacted] as our api key is wrong
        using abcd1234efgh as our api key for CI            | using [redacted] as our api key for CI
        hunter2 is the password                             | [redacted] is the password
        hunter2 was the old root password; rotated          | [redacted] was the old root password; rotated
        abcd1234efgh is still our deploy token              | [redacted] is still our deploy token
        the a1b2c3d4e5f6 token leaked                       | the [redacted] token leaked
        found abcd1234efgh secret in the log                | found [redacted] secret in the log
        rotate password from tiger to lion                  | rotate password from [redacted] to [redacted]
        rotated the db password from tiger to lion.         | rotated the db password from [redacted] to [redacted].
        changed the token for ci from abc1 to def2          | changed the token for ci from [redacted] to [redacted]
        changed password hunter2 to lion3                   | changed password [redacted] to [redacted]
        changed password hunter2 to lion, deployed          | changed password [redacted] to [redacted], deployed
        rotated token abcd1234efgh to ijkl5678mnop          | rotated token [redacted] to [redacted]
        changed the db password "tiger" to "lion".          | changed the db password "[redacted]" to "[redacted]".
        replaced password hunter2 with hunter3              | replaced password [redacted] with [redacted]
        changed password hunter2 -> lion                    | changed password [redacted] -> [redacted]
        reset the password hunter2 for ann                  | reset the password [redacted] for ann
        changed token abcd1234efgh to read-only             | changed token [redacted] to read-only
        moved on: set password hunter2 to expire            | moved on: set password [redacted] to expire
        the password was changed from tiger to lion         | the password was changed from [redacted] to [redacted]
        updated api key from abc123 to def456, deploy again | updated api key from [redacted] to [redacted], deploy again
        passphrase: correct horse battery staple            | passphrase: [redacted]
        passphrase is correct horse battery staple          | passphrase is [redacted]
        the passphrase is tiger lion bear                   | the passphrase is [redacted]
        the passphrase was tiger lion bear, rotate it       | the passphrase was [redacted], rotate it
        passphrase = tiger lion and more                    | passphrase = [redacted] and more
        password: correct horse battery staple              | password: [redacted]
        password: tiger lion bear wolf                      | password: [redacted]
        {"reason":"passphrase: correct horse battery staple","n":1} | {"reason":"passphrase: [redacted]","n":1}
        {"reason":"Token abcd1234efgh leaked"}              | {"reason":"Token [redacted] leaked"}
        reason="use hunter2 as the password" actor=jo       | reason="use [redacted] as the password" actor=jo
        deploy key 9f86d081884c7d65 for api key abc123def4  | deploy key 9f86d081884c7d65 for api key [redacted]
        access token ya29x8k2m4 expired                     | access token [redacted] expired
        private key abc123def456                            | private key [redacted]
        shared secret Zx9kLm2Q pasted in chat               | shared secret [redacted] pasted in chat
        client secret 8f14e45f-ceea-467f-a0e6-0b2c1d3e4f5a  | client secret [redacted]
        session token 3Jx8-qPz1-Mn4w revoked                | session token [redacted] revoked
        INC-4711: token abcd1234efgh leaked, fix OPS-12     | INC-4711: token [redacted] leaked, fix OPS-12
        worker --note 'api key abc123def456'                | worker --note 'api key [redacted]'
        ERROR [auth] bad password hunter2 from 10.0.0.7     | ERROR [auth] bad password [redacted] from 10.0.0.7
        secrets hunter2 and abcd1234efgh                    | secrets [redacted] and abcd1234efgh
        creds are bob / hunter2, rotate                     | creds are bob / [redacted], rotate
        my password, hunter2, leaked                        | my password, [redacted], leaked
        the token - abcd1234efgh - is public                | the token - [redacted] - is public
        apikey abc123def456                                 | apikey [redacted]
        the password's hunter2                              | the password's [redacted]
        password set to hunter2                             | password set to [redacted]
        rotation of password from tiger to lion             | rotation of password from [redacted] to [redacted]
        passphrase=correct horse battery staple             | passphrase=[redacted]
        passphrase "correct horse battery staple"           | passphrase "[redacted]"
        passphrase=hunter user jo logged in                 | passphrase=[redacted] user jo logged in
        PASSPHRASE: Correct Horse Battery Staple            | PASSPHRASE: [redacted]
        the key is abcd1234efgh                             | the key is [redacted]
        the db pass is hunter2                              | the db pass is [redacted]
        set pw to hunter                                    | set pw to [redacted]
        """)
    void givesAway(String text, String expected) {
        assertThat(Redactor.clean(text)).isEqualTo(expected);
        assertThat(Redactor.clean(expected)).as("a second time").isEqualTo(expected);
        assertThat(Redactor.cleanNamed("reason", text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret: see vault",
                "password: see 1password",
                "token: rotated, ask platform",
                "secret: stored in vault",
                "dependency pins are requests==2.31",
                "pins: requests==2.31, flask>=3.0.1",
                "the pin is requests==2.31 now",
                "pin node@20.1 until the leak is fixed",
                "High error rate after deploy of v2.31.0-rc1",
                "Rolled back: token refresh fails since 1.4.2",
                "token v2 endpoint returns 500",
                "token endpoint /oauth2/token returns 401 for 12% of calls",
                "OPS-1234: token leak, fixed by 2ad86df1",
                "fix for the token leak: OPS-1234",
                "token OPS-1234 tracks it",
                "secret INC0012345 is the incident",
                "the token fix is commit 2ad86df1c2b3a4958677695a4b3c2d1e0f9a8b7c",
                "password reset OPS-77 breaks login",
                "CVE-2024-12345 in the token parser",
                "secret rotation 2026-11-29T16:40:28Z failed",
                "token expires at 16:40:28, in 15m, ttl 3600s",
                "tokens 4096 of 8192 used, 512 tokens/s",
                "image registry.example.com/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
                "secret sha256:9f86d081884c7d659a2feaa0c55ad015",
                "token nginx:1.25.3 restarted",
                "trace id 4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7",
                "request 1b4e28ba-2fa1-11d2-883f-0016d3cca427 has no token",
                "promotion 20261123-143215-9f86d081 is bad",
                "the secret /run/secrets/db2 is not mounted",
                "secret ./config/prod2.yaml is missing a key",
                "token src/auth2/token.go:42 panics",
                "secrets secret/data/prod2 and kv/payments2 are not readable",
                "password https://wiki.example.com/reset2 explains it",
                "the token RS256 check fails, ES384 works",
                "token HS256 or k8s service account",
                "secret k8s operator, s3 bucket policy",
                "oauth2 token exchange fails; oidc2 token works",
                "base64url token decoding fails",
                "us-east-1 token issuer is down",
                "payments-2 token cache is cold",
                "token payments-2 restarted",
                "password db-1 unreachable",
                "the web01 token is fine",
                "ec2-user password login is disabled",
                "secret store-v2 is slow",
                "use vault as the secret store",
                "use Vault as the secret backend and KMS for keys",
                "use OIDC as the token issuer",
                "it is used as a token bucket",
                "worked as the token cache was cold",
                "this is the password reset page",
                "that is the token we revoked",
                "changed the token ttl from 15m to 30m",
                "changed password policy to strict",
                "changed password hashing to bcrypt, set token cache to redis",
                "changed the token from 15m to 30m",
                "rotated secrets from vault to KMS",
                "moved the secrets from vault to ssm",
                "rotated the signing key from RS256 to ES256",
                "reset the password to restore access",
                "rotated the token to mitigate the leak",
                "password policy from 8 to 12 characters",
                "the token is 2 days old; passwords are hashed with argon2id",
                "the password is causing login failures everywhere",
                "passphrase is correct but the key is wrong",
                "passphrase: missing on two hosts",
                "password: please rotate it before 9am",
                "Unexpected token abc123 in JSON at position 4",
                "Unrecognized token 'abc123': was expecting (JSON String, Number)",
                "token DB_POOL=12 and --max-tokens=4000 are set",
                "WVO_ROLLBACK_ERROR_THRESHOLD=0.15 DISABLE_NEW=1 PROMPT_MODE=verbose",
                "token getToken2() returns null",
                "passed 12 of 14 probes, p95 240ms, 3x slower than v1.4",
                "token ann@example.com requested",
                "credential helper osxkeychain; credentials db:5432 refused",
                "login /oauth2/authorize fails; creds read/write",
                "the secret - see OPS-12 - is rotated; tokens, 4 of them, expired",
                "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf is not readable",
                "the key is p-2026, the sort key is user_id2, tests pass on node20",
                "secret payments-db was deleted",
                "password reset to unblock logins; token set to expire in 15m",
                "creds are in vault, creds were rotated",
                "api key limits are 100rps, api key scope read/write",
                "secret is missing in eu-west-1, present in us-east-1",
                "hotfix 2.31.4 pins openssl to 3.0.13 and token lib to 4.2"
            })
    void onlySpeaksOfSecrets(String text) {
        assertThat(Redactor.redact(text)).isEqualTo(new RedactedText(text, 0));
    }

    @Test
    void theRunbookPassesUnchanged() throws IOException {
        for (String line : Files.readAllLines(Path.of("docs", "runbook.md"))) {
            assertThat(Redactor.clean(line)).isEqualTo(line);
        }
    }

    @Test
    void aWordWithoutANounIsNotSeenWhichTheDocumentationSays() {
        assertThat(Redactor.clean("log in with hunter2")).isEqualTo("log in with hunter2");
    }
}
