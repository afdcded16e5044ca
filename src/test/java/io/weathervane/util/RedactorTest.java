package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private static final String PRIVATE_KEY = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MbZcNB5C7hY0ot1S
        kR8RzS0Yq1Fz0Zp9S5JJcds3xfn/ygWyF8PbnGy0AHB7MbZcNB5C7hY0ot1SAbcd
        -----END RSA PRIVATE KEY-----\
        """;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        login failed password=hunter2 user=jo               | login failed password=[redacted] user=jo
        password: hunter2                                   | password: [redacted]
        {"password":"hunter2","user":"jo"}                  | {"password":"[redacted]","user":"jo"}
        {"password" : "a \\"quoted\\" word", "n": 1}        | {"password" : "[redacted]", "n": 1}
        {\\"apiKey\\":\\"abc123\\",\\"n\\":1}               | {\\"apiKey\\":\\"[redacted]\\",\\"n\\":1}
        {password=a)b,c, user=jo}                           | {password=[redacted], user=jo}
        DB_PASS=x1y2 DB_USER=jo                             | DB_PASS=[redacted] DB_USER=jo
        PGPASSWORD=x1y2 psql                                | PGPASSWORD=[redacted] psql
        apiKey => "abc123"                                  | apiKey => "[redacted]"
        X-Api-Key: abc123                                   | X-Api-Key: [redacted]
        client_secret=abc123&grant_type=code                | client_secret=[redacted]&grant_type=code
        GET /x?access_token=abc123&page=2                   | GET /x?access_token=[redacted]&page=2
        signingKey='abc 123'                                | signingKey='[redacted]'
        Server=db;User Id=jo;Password=p,w;Encrypt=true      | Server=db;User Id=jo;Password=[redacted];Encrypt=true
        Server=db;Uid=jo;Pwd=p4w;                           | Server=db;Uid=jo;Pwd=[redacted];
        Authorization: Bearer abcdef.ghijkl-12345           | Authorization: [redacted]
        curl -H 'Authorization: Basic am86cHc=' http://x/   | curl -H 'Authorization: [redacted]' http://x/
        "Authorization":"token abc123"                      | "Authorization":"[redacted]"
        authorization: Digest username="jo", response="6629" | authorization: [redacted]
        Cookie: sid=abc; theme=dark                         | Cookie: [redacted]
        sent Bearer a1b2c3d4e5f6 to the hook                | sent Bearer [redacted] to the hook
        sent Basic am86aHVudGVyMg== to the hook             | sent Basic [redacted] to the hook
        jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN end | jwt [redacted] end
        postgres://jo:hunter2@db:5432/x                     | postgres://jo:[redacted]@db:5432/x
        postgres://jo:p@ss:w@db/x                           | postgres://jo:[redacted]@db/x
        redis://:hunter2@cache:6379                         | redis://:[redacted]@cache:6379
        https://0123456789abcdef0123456789abcdef@sentry.example/1 | https://[redacted]@sentry.example/1
        https://hooks.slack.com/services/T0/B0/abcdefghij   | https://hooks.slack.com/[redacted]
        key AKIAIOSFODNN7EXAMPLE used                       | key [redacted] used
        aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPx   | aws_secret_access_key = [redacted]
        ghp_0123456789abcdefghijABCDEFGHIJ012345 leaked     | [redacted] leaked
        jdbc:oracle:thin:scott/t1ger@h:1521:x               | jdbc:oracle:thin:scott/[redacted]@h:1521:x
        jdbc:oracle:oci:scott/t/ger@//h:1521/svc            | jdbc:oracle:oci:scott/[redacted]@//h:1521/svc
        {"url":"jdbc:oracle:thin:a/t1ger@h"}                | {"url":"jdbc:oracle:thin:a/[redacted]@h"}
        sqlplus -s scott/t1ger@orcl @run.sql                | sqlplus -s scott/[redacted]@orcl @run.sql
        called with key=Ab12cdEf34 twice                    | called with key=[redacted] twice
        KEY='Ab12cdEf34'                                    | KEY='[redacted]'
        using sk-proj-0123456789abcdefghijklmnop            | using [redacted]
        sk_live_0123456789abcdef                            | [redacted]
        whsec_0123456789abcdef                              | [redacted]
        glpat-0123456789abcdef                              | [redacted]
        java -jar w.jar --api-key abc123 --port 3000        | java -jar w.jar --api-key [redacted] --port 3000
        --token=abc123 --verbose                            | --token=[redacted] --verbose
        command: ["w", "--password", "abc123", "-v"]        | command: ["w", "--password", "[redacted]", "-v"]
        POST https://discord.com/api/webhooks/1234567890/AbC-dEf0_x | POST https://discord.com/api/webhooks/[redacted]
        url: http://127.0.0.1:80/services/T000/B000/HookX   | url: http://127.0.0.1:80/services/[redacted]
        https://hooks.zapier.com/hooks/catch/1/o2abcd/ said | https://hooks.zapier.com/[redacted] said
        https://acme.webhook.office.com/webhookb2/1b2-3@4/I | https://acme.webhook.office.com/[redacted]
        https://open.feishu.cn/open-apis/bot/v2/hook/1f2e3d4c5b | https://open.feishu.cn/open-apis/bot/v2/hook/[redacted]
        https://chat.x/v1/spaces/A/messages?key=AbcdEfgh&token=a | https://chat.x/v1/spaces/A/messages?key=[redacted]&token=[redacted]
        https://s3.x/o?X-Amz-Signature=0a1b2c3d&x=1          | https://s3.x/o?X-Amz-Signature=[redacted]&x=1
        https://api.telegram.org/bot123456789:AAabcdefghijklmnopqrstuvwxyz012345/send | https://api.telegram.org/[redacted]/send
        chat token 123456789:AAabcdefghijklmnopqrstuvwxyz012345. | chat token [redacted].
        bot MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB | bot [redacted]
        SG.abcdefghijklmnop0123.abcdefghijklmnopqrstuvwxyz0123456789 | [redacted]
        hf_abcdefghijklmnopqrstuvwxyz0123456789             | [redacted]
        xoxe.xoxp-1-abcdefghijklmno                         | [redacted]
        gldt-abcdefghij0123456789                           | [redacted]
        GOCSPX-abcdefghij0123456789-abcdef                  | [redacted]
        mysql -u root -phunter2 db                          | mysql -u root -p[redacted] db
        sshpass -p hunter ssh jo@host                       | sshpass -p [redacted] ssh jo@host
        deploy -p hunter2 --dry-run                         | deploy -p [redacted] --dry-run
        ["deploy", "-p", "hunter2", "-v"]                   | ["deploy", "-p", "[redacted]", "-v"]
        curl -u jo:hunter2 https://x/                       | curl -u jo:[redacted] https://x/
        curl --user=jo:hunter2 https://x/                   | curl --user=jo:[redacted] https://x/
        redis-cli -a hunter -h cache                        | redis-cli -a [redacted] -h cache
        openssl rsa -passin pass:hunter2 -in k              | openssl rsa -passin pass:[redacted] -in k
        root:hunter2@tcp(db:3306)/x                         | root:[redacted]@tcp(db:3306)/x
        machine db login jo password hunter                 | machine db login jo password [redacted]
        CREATE USER jo IDENTIFIED BY 'hunter'               | CREATE USER jo IDENTIFIED BY '[redacted]'
        passphrase for key is hunter2                       | passphrase for key is [redacted]
        The password is "hunter2".                          | The password is "[redacted]".
        <db:password>hunter</db:password>                   | <db:password>[redacted]</db:password>
        password%3Dhunter2                                  | password%3D[redacted]
        jo:$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234 | jo:[redacted]
        "auths":{"r.io":{"auth":"am86aHVudGVyMg=="}}        | "auths":{"r.io":{"auth":"[redacted]"}}
        SharedAccessKeyName=root;SharedAccessKey=abc123=    | SharedAccessKeyName=root;SharedAccessKey=[redacted]
        {"kty":"RSA","d":"0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCD"} | {"kty":"RSA","d":"[redacted]"}
        routing_key: 0123456789abcdef                       | routing_key: [redacted]
        https://blob/x?sv=1&sig=abc%2F123                   | https://blob/x?sv=1&sig=[redacted]
        """)
    void takesTheSecretOut(String text, String expected) {
        assertThat(Redactor.clean(text)).isEqualTo(expected);
        assertThat(Redactor.redact(text).count()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Flag update: DISABLE_NEW=1",
                "Flag DISABLE_NEW=1, reverting to safe defaults",
                "DISABLE_NEW|1\nPROMPT_MODE|compact\nSANDBOX_MODE|none",
                """
                [RollbackMonitor] CRITICAL: Executing automatic rollback
                  reason: "High error rate (42.5%) with 5 failures"
                  errorRate: 0.425
                  failureCount: 5\
                """,
                "{\"errorRate\":0.425,\"failureCount\":5,\"threshold\":0.2,\"action\":\"rollback\"}",
                "{\"hash\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"previousHash\":\"\"}",
                "promotionId=20261123-143215-9f86d081 worker=stable from=stable to=canary pid=4711",
                "alerts: {webhooks: [{url: \"https://hooks.example/x\", secretEnv: HOOK_SECRET, timeout: 5s}]}",
                "maxTokens: 4000, tokens=512, token_count: 7, tokenLimit=4096",
                "tokenizer: bert, primaryKey: id, keyboard=us, monkey=2, author: jo, idempotencyKey: a",
                "PWD=/home/jo OLDPWD=/tmp",
                "the token is missing; authorization failed; a password is required",
                "Bearer token missing, Basic information follows",
                "token: null password=\npassword:\nsecret=true \"apiKey\":\"\"",
                "2026-11-23T19:24:00.123Z INFO  [LiveFlags] LiveFlags started: polling flags every 50 ms",
                "http://127.0.0.1:3000/mcp and https://user@host/path and mailto:jo@example.com",
                "java -cp target/classes:lib/a.jar io.weathervane.sample.SampleWorker --fail-rate 0.4 --label canary",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "passed: 12, failed: 3, compass: north, pass: 5",
                "commit 2ad86df1c2b3a4958677695a4b3c2d1e0f9a8b7c, promotion 20261123-143215-9f86d081, a"
                        + " 1b4e28ba-2fa1-11d2-883f-0016d3cca427",
                "mkdir -p target/jt && docker run -p 3000:3000 -u 1000:1000 x@sha256:9f86d081884c7d659a2feaa0c55ad015"
                        + " ssh -p 2222",
                "git@github.com:org/repo.git https://example.com/docs/webhooks/overview see https://hooks.example/x",
                "src/main/java/io/weathervane/worker/WorkerProcess.java:40: error in the password check is a known bug",
                "Access denied for user 'jo' (using password: YES); the token is expired, the secret was rotated",
                "key=CONSENSUS_ENGINE session: 20261123-192400-04af promotion=p1 seq=17 key: p-2026",
                "key=worker-2026 key=userIdentifier key=Row7 key=${KEY_Of1Name} monkey=Abcdefgh1 key=abcdefgh,A1",
                "jdbc:oracle:thin:@h:1521:x and jdbc:oracle:thin:@//h:1521/svc jdbc:sqlite:/var/lib/x@y.db",
                "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
                "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\nnext line of the log",
                "2026-11-29T16:40:28Z 12:30:00 1764434428:4711 http://[::1]:3000/health?verbose=1&key=a",
                "UPGRADE_TOOLS|0 ADMIN_TOOLS=0 EVIDENCE_LINKING=1 CRITIC_REPUTATION=0"
            })
    void leavesWhatIsNoSecret(String text) {
        assertThat(Redactor.redact(text)).isEqualTo(new RedactedText(text, 0));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        the password is hunter2                             | the password is [redacted]
        the password is hunter                              | the password is [redacted]
        The password was swordfish.                         | The password was [redacted].
        token: abc                                          | token: [redacted]
        pwd was x                                           | pwd was [redacted]
        api key = abc                                       | api key = [redacted]
        API key: abc, rotate it                             | API key: [redacted], rotate it
        my api-key is abc                                   | my api-key is [redacted]
        access key => abc                                   | access key => [redacted]
        the passphrase is "correct horse battery"           | the passphrase is "[redacted]"
        the secret is: opensesame                           | the secret is: [redacted]
        password for prod: hunter                           | password for prod: [redacted]
        the password for the staging database is hunter!    | the password for the staging database is [redacted]!
        the password (prod) is p@ss                         | the password (prod) is [redacted]
        the password is now hunter, tell Jo                 | the password is now [redacted], tell Jo
        password has been changed to hunter                 | password has been changed to [redacted]
        set the db password to hunter and restart           | set the db password to [redacted] and restart
        we reset the pwd for jo to letmein                  | we reset the pwd for jo to [redacted]
        PIN is 4711                                         | PIN is [redacted]
        the new passcode will be 123456                     | the new passcode will be [redacted]
        {"reason":"the password is hunter","n":1}           | {"reason":"the password is [redacted]","n":1}
        reason="secret is xyzzy" actor="jo"                 | reason="secret is [redacted]" actor="jo"
        the password is 'hunter two' today                  | the password is '[redacted]' today
        the passwords are hunter2 and more                  | the passwords are [redacted] and more
        """)
    void takesOutWhatASentenceGivesAway(String text, String expected) {
        assertThat(Redactor.clean(text)).isEqualTo(expected);
        assertThat(Redactor.clean(expected)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the password policy changed",
                "token bucket is full",
                "the token bucket was empty",
                "secret is missing",
                "the secret is not in the vault; the password is still valid",
                "the token is expired, the password is wrong and the api key is revoked",
                "the token was rejected by the server at 12:30",
                "password is required",
                "tokens are cheap and secrets are rotated every 90d",
                "the token is 5 minutes old, the secret is v2, the token is at 80%",
                "the password is being rotated",
                "the password was set by Jo; the token is read from the file",
                "the password was rotated to comply with the policy",
                "changed the token to expire after an hour",
                "reset the password for jo",
                "primary key is unique; the sort key is id",
                "the token is nearly expired, past expiry, single-use and rate-limited",
                "the password is case sensitive; the token is base64url; for the secret see vault",
                "password is N/A, the secret is read/write",
                "the pin is loose; the pins are bent",
                "the secret is that nobody watched",
                "the private key is on the old host, the signing key is too short",
                "token for jo has no access to it",
                "the key is to be patient",
                "the secret to success is to roll back early",
                "set DISABLE_NEW to 1 because the token is broken",
                "it is a secret - never mind the password prompt"
            })
    void leavesReasonsThatOnlySpeakOfSecrets(String text) {
        assertThat(Redactor.redact(text)).isEqualTo(new RedactedText(text, 0));
    }

    @Test
    void takesPrivateKeysOut() {
        assertThat(Redactor.clean("before\n" + PRIVATE_KEY + "\nafter")).isEqualTo("before\n[redacted]\nafter");
        assertThat(Redactor.clean("{\"k\":\"" + PRIVATE_KEY.replace("\n", "\\n") + "\",\"n\":1}"))
                .isEqualTo("{\"k\":\"[redacted]\",\"n\":1}");
        assertThat(Redactor.clean("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA"))
                .isEqualTo("[redacted]");
        assertThat(Redactor.clean(PRIVATE_KEY.substring(PRIVATE_KEY.indexOf('\n') + 1) + "\nafter"))
                .isEqualTo("[redacted]\nafter");
    }

    @Test
    void takesPrivateKeysOutOfALogWhoseLinesHaveAPrefix() {
        String prefix = "2026-11-29T16:40:28.123Z INFO  [Worker] worker=a stderr: ";
        String log =
                prefix + "starts\n" + prefix + PRIVATE_KEY.replace("\n", "\n" + prefix) + "\n" + prefix + "ready now";

        String clean = Redactor.clean(log);

        assertThat(clean).doesNotContain("MIIE", "kR8R").contains("starts", "ready now", prefix + "[redacted]");
        assertThat(Redactor.clean(log.substring(log.indexOf("MIIE")))).doesNotContain("MIIE", "kR8R");
        assertThat(Redactor.clean("k=" + PRIVATE_KEY.replace('\n', ' ') + " end"))
                .isEqualTo("k=[redacted] end");
        assertThat(Redactor.clean("{\"a\":\"{\\\"k\\\":\\\"" + PRIVATE_KEY.replace("\n", "\\\\n") + "\\\"}\"}"))
                .isEqualTo("{\"a\":\"{\\\"k\\\":\\\"[redacted]\\\"}\"}");
    }

    @Test
    void knowsAKeyThatComesLineByLine() {
        PrivateKeyRedactor keys = new PrivateKeyRedactor();
        StringBuilder seen = new StringBuilder();

        ("starts\n" + PRIVATE_KEY + "\nready now")
                .lines()
                .forEach(line -> seen.append(keys.clean(line)).append('|'));

        assertThat(seen.toString()).isEqualTo("starts|[redacted]||||ready now|");
    }

    @Test
    void losesNothingAfterAKeyThatHasNoEnd() {
        String text = "-----BEGIN PRIVATE KEY-----\nit says no more\nof keys\nor of ends\nand goes on for long";

        assertThat(Redactor.clean(text)).endsWith("\nand goes on for long").contains("it says no more");
    }

    @Test
    void changesNothingMoreTheSecondTime() {
        String once = Redactor.clean("password=hunter2 Authorization: Bearer abc123def456\npostgres://a:b@c/d\n"
                + "Cookie: a=b\n--token x {\"secret\":\"y\"} " + PRIVATE_KEY);

        assertThat(Redactor.redact(once)).isEqualTo(new RedactedText(once, 0));
    }

    @Test
    void countsEachSecretOnce() {
        assertThat(Redactor.redact("password=a1 user=jo token=b2\nX-Api-Key: c3")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void hidesWhatStandsBelowASecretsName() {
        String config = """
            environment: production
            workers:
              releases:
                stable:
                  command: ["java", "--db-password", "hunter2"]
                  environment:
                    API_TOKEN: a phrase of several words
                    PRIVATE_KEY: |
                      line one
                      line two
                    LEVEL: "3"
                  credentials:
                    - first
                    - second
            alerts:
              webhooks:
                - url: https://hooks.example/x
                  secretEnv: HOOK_SECRET
            # password: commented-out
            """;

        RedactedText redaction = Redactor.redactConfig(config);

        assertThat(redaction.text()).isEqualTo("""
            environment: production
            workers:
              releases:
                stable:
                  command: ["java", "--db-password", "[redacted]"]
                  environment:
                    API_TOKEN: [redacted]
                    PRIVATE_KEY: [redacted]
                      [redacted]
                      [redacted]
                    LEVEL: "3"
                  credentials:
                    [redacted]
                    [redacted]
            alerts:
              webhooks:
                - url: https://hooks.example/[redacted]
                  secretEnv: HOOK_SECRET
            # password: [redacted]
            """);
        assertThat(redaction.count()).isEqualTo(5);
    }

    @Test
    void hidesThePathOfAConfiguredWebhookHoweverItIsWritten() {
        String config = """
            alerts: {webhooks: [{url: "http://127.0.0.1:8080/in/abc", timeout: 5s}]}
            other: {url: "https://docs.example/guide"}
            alerts:
              webhooks:
              - {url: http://a.example/x}
              - url: 'https://b.example/y?z=1'
            docs: https://docs.example/guide
            """;

        assertThat(Redactor.redactConfig(config).text())
                .contains(
                        "http://127.0.0.1:8080/[redacted]\"",
                        "http://a.example/[redacted]}",
                        "https://b.example/[redacted]'")
                .contains("other: {url: \"https://docs.example/guide\"}", "docs: https://docs.example/guide");
    }

    @Test
    void hidesSecretsOfTheEnvironment() {
        RedactedText redaction = Redactor.redactEnvironment(Map.of(
                "PATH", "/usr/bin",
                "PWD", "/srv",
                "STRIPE_KEY", "abc",
                "HOOK_SECRET", "abc",
                "SLACK_WEBHOOK_URL", "https://x/y",
                "DATABASE_URL", "postgres://jo:pw@db/x",
                "NOTE", "one\ntwo",
                "WVO_ROLLBACK_ERROR_THRESHOLD", "0.15"));

        assertThat(redaction.text()).isEqualTo("""
            DATABASE_URL=postgres://jo:[redacted]@db/x
            HOOK_SECRET=[redacted]
            NOTE=one\\ntwo
            PATH=/usr/bin
            PWD=/srv
            SLACK_WEBHOOK_URL=[redacted]
            STRIPE_KEY=[redacted]
            WVO_ROLLBACK_ERROR_THRESHOLD=0.15
            """);
        assertThat(redaction.count()).isEqualTo(4);
    }

    @Test
    void staysFastOnTextMadeToSlowItDown() {
        String[] bad = {
            "a".repeat(200_000),
            "password=".repeat(20_000),
            "a=".repeat(100_000),
            "\\\"".repeat(100_000),
            "-----BEGIN RSA PRIVATE KEY-----".repeat(5_000),
            "eyJ".repeat(60_000),
            "x://a:".repeat(30_000),
            "A".repeat(16) + "\n" + ("A".repeat(64) + "\n").repeat(3_000),
            "\"password\":\"" + "\\".repeat(100_000),
            "--a ".repeat(50_000),
            "mysql ".repeat(30_000),
            "-p ".repeat(50_000),
            "eyJ-".repeat(50_000),
            "https://a/hook/".repeat(10_000),
            "a:b@".repeat(50_000),
            "1234567:".repeat(20_000),
            "password is ".repeat(15_000),
            "token 'a ".repeat(20_000),
            "token \\\"a1 ".repeat(15_000),
            "a1b2c3d4e5 token ".repeat(12_000),
            "use a as the password ".repeat(9_000),
            "passphrase: tiger ".repeat(10_000),
            "rotate token from a to b ".repeat(8_000),
            "a1".repeat(100_000) + " token " + "b2".repeat(100_000),
            "<a".repeat(80_000),
            ("-----BEGIN PRIVATE KEY-----\n" + "A".repeat(64) + "\n").repeat(2_000),
            "x\n-----END PRIVATE KEY-----".repeat(5_000),
            "\\n".repeat(80_000)
        };

        for (String text : bad) {
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(15), () -> Redactor.clean(text));
        }
    }
}
