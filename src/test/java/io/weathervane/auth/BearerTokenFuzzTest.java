package io.weathervane.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The token of an {@code Authorization} header, by RFC 6750 (section 2.1) written down once more, apart from the code
 * under test. An input is the values of all such headers of one request, a line each.
 */
class BearerTokenFuzzTest {
    private static final String IN_TOKENS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";

    /** They are said to the sender, and logged. */
    private static final List<String> REASONS = List.of(
            "there is more than one Authorization header; send one",
            "the Authorization header must be \"Bearer\", a space and a token");

    private static final String NONE = "no token";
    private static final String MALFORMED = "cannot be meant";

    @FuzzTest
    void isWhatTheStandardSaysOrThereIsNone(byte[] input) {
        List<String> headers = headers(input);

        assertThat(found(headers)).isEqualTo(expected(headers));
    }

    /** Only what Jetty lets through: no control characters but the tab. */
    private static List<String> headers(byte[] input) {
        if (input.length == 0) {
            return List.of();
        }
        return Arrays.stream(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1))
                .map(line -> line.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", ""))
                .toList();
    }

    private static String found(List<String> headers) {
        try {
            return BearerTokenExtractor.in(headers)
                    .map(token -> "token " + token)
                    .orElse(NONE);
        } catch (BearerTokenExtractor.MalformedException e) {
            assertThat(e.getMessage()).as("has nothing of the header in it").isIn(REASONS);
            return MALFORMED;
        }
    }

    private static String expected(List<String> headers) {
        if (headers.size() != 1) {
            return headers.isEmpty() ? NONE : MALFORMED;
        }
        String header = headers.get(0).trim();
        if (header.toLowerCase(Locale.ROOT).equals("bearer")) {
            return MALFORMED;
        }
        if (!header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            return NONE;
        }
        String token = header.substring("bearer ".length()).trim();
        return isToken(token) ? "token " + token : MALFORMED;
    }

    /** One or more of the characters, then any number of {@code =}. */
    private static boolean isToken(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        return end > 0 && text.substring(0, end).chars().allMatch(letter -> IN_TOKENS.indexOf(letter) >= 0);
    }
}
