package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the redactor does grows as its text does, whatever is in the text: it reads what comes before any login. */
class RedactorComplexityTest {
    private static final int SIZE = 800;

    /** To read on from each repetition to the end takes more, so the text need not be twice as long to tell. */
    private static final long FEW_LOOKS = 4;

    /** Twice the text may take twice the steps, and a little for what is rounded. */
    private static final double GROWTH_MAX = 2.3;

    private static final List<String> PIECES = List.of(
            "a",
            "A",
            "1",
            "-",
            "--",
            "_",
            ".",
            ":",
            "=",
            "=>",
            "/",
            "//",
            "://",
            "@",
            " ",
            "\t",
            "\n",
            "\r",
            "\\",
            "\\n",
            "\"",
            "'",
            ",",
            ";",
            "+",
            "{",
            "}",
            "[redacted]",
            "eyJ",
            "Bearer ",
            "Basic ",
            "Digest ",
            "authorization",
            "cookie",
            "password",
            "token",
            "secret_",
            "token for x ",
            "password is ",
            "set the pwd to ",
            "rotate a token from ",
            " as the password",
            " for ",
            "(",
            "https://hooks.slack.com/",
            "AKIA",
            "jdbc:oracle:thin:",
            "sqlplus ",
            "key=",
            "wvt_",
            "sk-",
            "xoxb-",
            "glpat-",
            "AIza",
            "x://",
            "-----BEGIN ",
            "PRIVATE KEY",
            "-----",
            "-----END ",
            "ABCDEFGHIJKLMNOP",
            "\u00e4",
            "\u2028");

    /** What begins a command or a pair of name and value: only some of the pieces can be read on from it. */
    private static final List<String> BEGINNINGS = List.of(
            "mysql -p",
            "curl -u",
            "ssh-keygen ",
            "htpasswd -b ",
            "net use ",
            "/user:",
            "net -U a%",
            "name=",
            "value=",
            "\"name\":\"a\",",
            "\"value\":\"");

    private static final List<String> READ_ON = List.of("", "a", " ", "-", "'");

    /** Counts how often a character of it is looked at. */
    private static final class Counted implements CharSequence {
        private final String text;
        private long looks;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Test
    void everyPatternReadsTwiceTheTextInTwiceTheSteps() {
        List<String> grown = new ArrayList<>();
        for (Pattern pattern : Redactor.patterns()) {
            pumps().forEach(pump -> {
                long once = steps(pattern, pump, SIZE);
                if (once <= FEW_LOOKS * SIZE) {
                    return;
                }
                long twice = steps(pattern, pump, 2 * SIZE);
                if (twice > once * GROWTH_MAX + SIZE || once > 400L * SIZE) {
                    grown.add(once + " -> " + twice + " for \"" + pump + "\" in " + pattern);
                }
            });
        }
        assertThat(grown).isEmpty();
    }

    /** Each two once: repeated, one after the other is the other after the one. */
    private static Stream<String> pumps() {
        Stream<String> begun =
                BEGINNINGS.stream().flatMap(one -> READ_ON.stream().map(other -> one + other));
        return Stream.concat(begun, pairs());
    }

    private static Stream<String> pairs() {
        return IntStream.range(0, PIECES.size())
                .boxed()
                .flatMap(one -> PIECES.stream().skip(one).map(other -> PIECES.get(one) + other));
    }

    private static long steps(Pattern pattern, String pump, int size) {
        Counted text = new Counted(pump.repeat(size / pump.length()));
        Matcher matcher = pattern.matcher(text);
        int found = 0;
        while (matcher.find()) {
            found++;
        }
        return text.looks + found;
    }
}
