package io.weathervane.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.weathervane.util.Redactor;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ErrorTextNormalizerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upstream 7 timed out after 12.5ms|upstream <n> timed out after <n>ms",
                "offset -5 of 1,234.50|offset <n> of <n>",
                "٣ مهلة|<n> مهلة",
                "order ORD-8842 is gone|order ORD-<n> is gone",
                "request req_8fa3b9 failed|request req_<id> failed",
                "block deadbeef01 at 0x7f3a|block <id> at <id>",
                "user 6f1c2a3b-0d4e-4f5a-8b6c-7d8e9f0a1b2c not found|user <uuid> not found",
                "at 2026-11-30T11:20:33.120Z: late|at <time>: late",
                "at 2026-11-30 11:20:33 +0100 late|at <time> late",
                "at 11:20:33 late|at <time> late",
                "no column \"price\" in 'orders'|no column <value> in <value>",
                "can't read the file|can't read the file",
                "Datei „a.txt“ und «b» fehlen|Datei <value> und <value> fehlen",
                "open /var/lib/data/x.db: no such file|open <path>: no such file",
                "open C:\\Users\\bob\\x.txt failed|open <path> failed",
                "see ../conf/app.yaml and src/main/app.py|see <path> and <path>",
                "and/or n/a I/O application/json|and/or n/a I/O application/json",
                "GET https://api.example.com/v1/x?q=1 gave 503|GET <url> gave <n>",
                "connect 10.0.0.7:5432 refused|connect <ip> refused",
                "mail to bob@example.com bounced|mail to <email> bounced",
                "rows 1, 2, 3 are bad|rows <n> are bad",
                "{\"code\": 5, \"field\": \"price\"}|{\"code\": <n>, \"field\": <value>}",
                "\"connection refused\"|connection refused",
                "utf8 over http2|utf<n> over http<n>",
            })
    void whatDiffersFromCallToCallIsTakenOut(String text, String kind) {
        assertThat(ErrorTextNormalizer.normalize(text)).isEqualTo(kind);
    }

    @Test
    void linesAndBlanksAreOne() {
        assertThat(ErrorTextNormalizer.normalize("a\r\n\tb  c\u2028d\n")).isEqualTo("a b c d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void aTextWithNothingInItIsAKind(String text) {
        assertThat(ErrorTextNormalizer.normalize(text)).isEqualTo("(no text)");
    }

    @Test
    void aSecretIsInNoKind() {
        assertThat(kind("login failed: password=hunter2secret for bob"))
                .isEqualTo(kind("login failed: password=other9secret for bob"))
                .doesNotContain("hunter2", Redactor.MARK);
    }

    private static String kind(String said) {
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("isError", true);
        result.putArray("content").addObject().put("type", "text").put("text", said);
        return FailedCall.ofToolError(result).key().text();
    }

    @Test
    void aLongTextIsCutBetweenCharacters() {
        String kind =
                ErrorTextNormalizer.normalize("x".repeat(ErrorTextNormalizer.KIND_LENGTH_MAX - 1) + "😀".repeat(9));

        assertThat(kind).hasSizeLessThanOrEqualTo(ErrorTextNormalizer.KIND_LENGTH_MAX + 1);
        assertThat(kind.chars().filter(c -> Character.isSurrogate((char) c)).count() % 2)
                .isZero();
        assertThat(kind.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/", "\"", "'a", "a1", "1.", "1:", "-", "/a:", "a@", "0x", "<n>, "})
    void aHostileTextOfAMegabyteTakesNoTime(String part) {
        String text = part.repeat(1_000_000 / part.length());

        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(ErrorTextNormalizer.normalize(text)).isNotEmpty());
    }
}
