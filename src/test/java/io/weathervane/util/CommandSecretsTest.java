package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandSecretsTest {
    private static final String ZERO_WIDTH_SPACE = "\u200b";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        mysqldump -uroot -p'S3cr3tX9' db                    | mysqldump -uroot -p'[redacted]' db
        mysql -p"two words9" db                             | mysql -p"[redacted]" db
        {"cmd":"mysql -p\\"S3cr3tX8\\" db"}                 | {"cmd":"mysql -p\\"[redacted]\\" db"}
        ["mysql","-u","root","-pS3cr3tX7","db"]             | ["mysql","-u","root","-p[redacted]","db"]
        curl -ubob:curlpw99 https://x/                      | curl -ubob:[redacted] https://x/
        curl -sSu bob:curlpw99 https://x/                   | curl -sSu bob:[redacted] https://x/
        curl -u "bob:my pw 99" https://x/                   | curl -u "bob:[redacted]" https://x/
        sshpass -psshpw77 ssh bob@h                         | sshpass -p[redacted] ssh bob@h
        sshpass -p'sshpw77' ssh bob@h                       | sshpass -p'[redacted]' ssh bob@h
        keytool -storepass changeit9 -keypass changeit8     | keytool -storepass [redacted] -keypass [redacted]
        keytool -srcstorepass abcdef -deststorepass ghijkl  | keytool -srcstorepass [redacted] -deststorepass [redacted]
        smbclient //srv/share -U bob%Sm8pw12                | smbclient //srv/share -U bob%[redacted]
        smbclient -Ubob%Sm8pw12 //srv/share                 | smbclient -Ubob%[redacted] //srv/share
        openssl enc -aes-256-cbc -k Op3nssl9 -in a          | openssl enc -aes-256-cbc -k [redacted] -in a
        openssl enc -pass pass:Op3nssl9 -in a               | openssl enc -pass pass:[redacted] -in a
        ["openssl","enc","-pass","pass:Op3nssl9"]           | ["openssl","enc","-pass","pass:[redacted]"]
        ssh-keygen -p -P oldpw123 -N "new pw123" -f x       | ssh-keygen -p -P [redacted] -N "[redacted]" -f x
        htpasswd -bc /etc/f bob Htp4sswd                    | htpasswd -bc /etc/f bob [redacted]
        htpasswd -nb bob Htp4sswd > f                       | htpasswd -nb bob [redacted] > f
        net use Z: \\\\srv\\share N3tus3 /user:bob          | net use Z: \\\\srv\\share [redacted] /user:bob
        net use \\\\srv\\share /user:bob N3tus3             | net use \\\\srv\\share /user:bob [redacted]
        7z a -pS3cr3t7z x.7z d                              | 7z a -p[redacted] x.7z d
        sqlcmd -S s -U sa -PS3cr3tsql                       | sqlcmd -S s -U sa -P[redacted]
        ldapsearch -x -wS3cr3tldap -b dc=x                  | ldapsearch -x -w[redacted] -b dc=x
        docker login -u bob -pS3cr3tdock reg                | docker login -u bob -p[redacted] reg
        redis-cli -p 6379 -a S3cr3t -h c                    | redis-cli -p 6379 -a [redacted] -h c
        export GITHUB_PAT=abcd1234efgh                      | export GITHUB_PAT=[redacted]
        SLACK_SIGNING=abcd1234                              | SLACK_SIGNING=[redacted]
        STRIPE_KEY=abcd1234efgh                             | STRIPE_KEY=[redacted]
        {"name":"DB_PASSWORD","value":"abc12345"}           | {"name":"DB_PASSWORD","value":"[redacted]"}
        {"value": "abc12345", "name": "DB_PASSWORD"}        | {"value": "[redacted]", "name": "DB_PASSWORD"}
        {\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"abc\\"} | {\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"[redacted]\\"}
        [{"name":"A","value":"b"},{"name":"API_TOKEN","value":"abc"}] | [{"name":"A","value":"b"},{"name":"API_TOKEN","value":"[redacted]"}]
        <add key="Password" value="abc12345"/>              | <add key="Password" value="[redacted]"/>
        <add value="abc12345" key="Password"/>              | <add value="[redacted]" key="Password"/>
        ParameterKey=DbPassword,ParameterValue=abc12345     | ParameterKey=DbPassword,ParameterValue=[redacted]
        """)
    void takesTheSecretOut(String text, String expected) {
        assertThat(Redactor.clean(text)).isEqualTo(expected);
        assertThat(Redactor.redact(expected)).isEqualTo(new RedactedText(expected, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"mysql\",\"-p\",\"db\"]",
                "run 'mysql -u root -p' and type it; mysql -p db",
                "ssh-keygen -t rsa -N '' -f x",
                "sshpass -f file ssh -p2222 h",
                "net use Z: /user:bob",
                "net use of memory grew, see /users",
                "curl -sS -X PUT -H 'User: x' http://127.0.0.1:3000/health",
                "openssl rsa -in k -key file; openssl dgst -sha256 a",
                "htpasswd -c /etc/f bob",
                "redis-cli -p 6379 -h c",
                "CACHE_KEY=user1234a code_signing: v2.31.0 RELEASE_SIGNING=sha256 SLACK_SIGNING=required",
                "{\"name\":\"page_size\",\"value\":\"10\"} <add key=\"Timeout\" value=\"30s\"/>",
                "{\"key\":\"DISABLE_NEW\",\"value\":\"1\"} {\"name\":\"max_tokens\",\"value\":\"512\"}",
                "{\"name\":\"DB_PASSWORD\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"db\",\"key\":\"password\"}}}",
                "\ud83d\udc69\u200d\ud83d\udcbb and \u001b[32mready\u001b[0m, the pass\u200bword is expired",
            })
    void leavesWhatIsNoSecret(String text) {
        assertThat(Redactor.redact(text)).isEqualTo(new RedactedText(text, 0));
    }

    @Test
    void readsAnEnvironmentInYamlOverTwoLines() {
        assertThat(Redactor.clean("env:\n  - name: DB_PASSWORD\n    value: abc12345\n  - name: A\n    value: b"))
                .isEqualTo("env:\n  - name: DB_PASSWORD\n    value: [redacted]\n  - name: A\n    value: b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u200b",
                "\u200d",
                "\u2060",
                "\ufeff",
                "\u00ad",
                "\u034f",
                "\ufe0f",
                "\u202e",
                "\u0000",
                "\b",
                "\u001b[0m",
                "\udb40\udc61"
            })
    void aNameIsKnownWhateverNobodySeesInsideIt(String invisible) {
        String name = "pass" + invisible + "word";

        assertThat(Redactor.clean(name + "=abc12347 user=jo")).isEqualTo("password=[redacted] user=jo");
        assertThat(Redactor.clean("the " + name + " is hunter")).isEqualTo("the password is [redacted]");
        assertThat(Redactor.cleanNamed(name, "hunter")).isEqualTo("[redacted]");
        assertThat(Redactor.redactConfig("a: 1\n" + name + ": hunter\n").text())
                .isEqualTo("a: 1\npassword: [redacted]\n");
    }

    @Test
    void aSecretIsKnownBesideAndBehindWhatNobodySees() {
        String token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

        assertThat(Redactor.clean("gh" + ZERO_WIDTH_SPACE + token.substring(2))).isEqualTo("[redacted]");
        assertThat(Redactor.clean("x" + ZERO_WIDTH_SPACE + token)).doesNotContain(token);
        assertThat(Redactor.clean("\u001b[36mpassword\u001b[0m=abc12347")).isEqualTo("password=[redacted]");
    }
}
